/**
 * Loaded when the host's library may have inserted a page with another tag into this document: the
 * newest tag names the user. See chunks.ts for its interface.
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

/** The user that a tag names, by attribute or only in its token. */
const userOf = ({ user, token }: Named): Named => {
  if (user || !token) return { user, token };
  try {
    const claims = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const bytes = Uint8Array.from(atob(claims), (one) => one.charCodeAt(0));
    return { user: JSON.parse(new TextDecoder().decode(bytes)).sub, token };
  } catch {
    // The server will refuse this token.
    return { token };
  }
};

interface Host {
  identify(user: string, identity: { token?: string | undefined }): void;
  reset(): void;
}

type TagData = Record<"user" | "token", string | undefined>;

/** The newest tag, its latest data, and the user it named (until a reset). */
let newest = script;
let latest: TagData = { user, token };
let named = userOf(latest).user;

const host = (window as Window & { sayso?: Host }).sayso as Host;

/** If no tag ever named a user, the user that the page's own script named stays. */
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

/** Watches the tag's attributes, and all ancestors with which the tag may be removed. */
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
  // A library that inserts only missing tags would mistake an unmarked earlier tag for the new one.
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
