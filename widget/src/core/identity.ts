import { tagToken, tagUser } from "./tag.ts";

export type TokenSource = string | (() => string | Promise<string>);

/** The visitor whom a call is about, and the token that proves the user. */
export interface Who {
  visitor_?: string | undefined;
  source_?: TokenSource | undefined;
  token_?: string | Promise<string> | undefined;
  /** Other calls wait for the latest identify, so that they are about the right person. */
  identified_?: Promise<unknown>;
}

let user = tagUser;
/** Another person gets another object, so calls that are under way keep the earlier person's. */
export let me: Who = { source_: tagToken };

/** Calls the host's function once and caches the token. If it fails, this call is anonymous. */
export const currentToken = async (who = me): Promise<string | undefined> => {
  try {
    who.token_ ??= typeof who.source_ === "function" ? who.source_() : who.source_;
    return await who.token_;
  } catch {
    who.token_ = undefined;
  }
};

/** The next call is about another person in this browser, still with the same visitor id. */
export const dropIdentity = (): void => {
  me = { visitor_: me.visitor_ };
  user = undefined;
};

export const isAnother = (userId: string): unknown => user && userId !== user;

/** Returns whether the user has changed, or the same user has another token. */
export const takeIdentity = (userId: string, token?: TokenSource): boolean => {
  const changed = userId !== user || (typeof token === "string" && token !== me.source_);
  // A tag with only a token has no user id, so the first identify keeps that token.
  if (token) {
    me.source_ = token;
    me.token_ = undefined;
  }
  user = userId;
  return changed;
};
