/**
 * Loaded where the host's library may have brought a page with another tag into this document: the
 * newest tag says who it is. chunks.ts says how it meets the loader.
 */
import {
  on,
  ready,
  tag as script,
  takeIdentity,
  token,
  user,
  viewed,
} from "../core/from_loader.ts";
import { quietly } from "../core/quietly.ts";

interface Named {
  user?: string | undefined;
  token?: string | undefined;
}

/** Whom a tag means; one that has a token alone says it in there. */
const userOf = ({ user, token }: Named): Named => {
  if (user || !token) return { user, token };
  try {
    const claims = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const bytes = Uint8Array.from(atob(claims), (one) => one.charCodeAt(0));
    return { user: JSON.parse(new TextDecoder().decode(bytes)).sub, token };
  } catch {
    // The server will refuse it.
    return { token };
  }
};

interface Host {
  identify(user: string, identity: { token?: string | undefined }): void;
  reset(): void;
}

type TagData = Record<"user" | "token", string | undefined>;

/** The newest tag that was read, and what it latest; whom it named, until that is reset. */
let newest = script;
let latest: TagData = { user, token };
let named = userOf(latest).user;

const host = (window as Window & { sayso?: Host }).sayso as Host;

/** Whom the page's own script has named stays, where no tag ever named anybody. */
const obey = (): void => {
  const { user, token } = userOf(latest);
  if (user !== named) {
    if (named) host.reset();
    if (user) host.identify(user, { token });
    viewed();
  } else if (user && token) takeIdentity(user, token);
  named = user;
};

const watcher = new MutationObserver(() => read());

/** The tag as it stands, and whatever it may go with. */
const watch = (tag: Element): void => {
  watcher.disconnect();
  watcher.observe(tag, { attributeFilter: ["data-user", "data-token"] });
  for (let around = tag.parentNode; around; around = around.parentNode)
    watcher.observe(around, { childList: true });
};

const read = quietly((): void => {
  const tags = [...document.querySelectorAll("script")].filter(({ src }) => src === script.src);
  const tag = tags.pop();
  if (!tag) return;
  // A library that brings in what a page has not yet would take an earlier one for the same.
  for (const earlier of tags) earlier.dataset.earlier = "";
  const { user, token } = tag.dataset;
  const isNews = tag !== newest || user !== latest.user || token !== latest.token;
  newest = tag;
  latest = { user, token };
  if (isNews) obey();
  watch(tag);
});

on("reset", () => {
  named = undefined;
});
read();
ready(read);
