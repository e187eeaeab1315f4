import { tagToken, tagUser } from "./tag.ts";

export type TokenSource = string | (() => string | Promise<string>);

let user = tagUser;
let source: TokenSource | undefined = tagToken;
let held: Promise<string | undefined> | undefined;

const askSource = async () => (typeof source === "function" ? source() : source);

/** The host's function is asked once and its token kept; if it fails we go on anonymously. */
export const currentToken = (): Promise<string | undefined> => {
  held ??= askSource().catch(() => undefined);
  return held;
};

/** A function may give a fresh token once; a refused string will not get better. */
export const refuseToken = (again: boolean): void => {
  held = undefined;
  if (again || typeof source === "string") source = undefined;
};

export const dropIdentity = (): void => {
  refuseToken(true);
  user = undefined;
};

/** Returns whether somebody else is meant now, or the same person with another proof. */
export const takeIdentity = (userId: string, token?: TokenSource): boolean => {
  const changed = userId !== user || (typeof token === "string" && token !== source);
  // A tag with a token alone does not know its user id, so the first identify keeps that token.
  if (token || (user && userId !== user)) {
    source = token;
    held = undefined;
  }
  user = userId;
  return changed;
};
