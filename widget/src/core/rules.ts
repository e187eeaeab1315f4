import { load } from "./load.ts";
import { quietly } from "./quietly.ts";
import { base, fetch } from "./tag.ts";
import { unwanted } from "./unwanted.ts";
import type { PageRules } from "./wire.ts";

/** The server replaces this name in the built file with the project's rules. */
declare const __SAYSO_RULES__: PageRules;

export let rules: PageRules = __SAYSO_RULES__;

/** The chunk ensures that only one window streams, and only while it is visible. */
export const updateLive = quietly(async (anew?: boolean): Promise<void> => {
  if (rules.live) (await load("live"))?.(anew);
});

/** Any reply may tell an open page about new rules; each version is fetched once. */
export const noticeVersion = quietly(async (version = 0): Promise<void> => {
  if (unwanted || version <= rules.version) return;
  rules.version = version;
  const response = await fetch(`${base}rules.json?v=${version}`, { credentials: "omit" });
  if (response.ok) {
    rules = await response.json();
    updateLive();
  }
});
