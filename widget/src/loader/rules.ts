import { quietly } from "../quietly.ts";
import type { PageRules } from "../wire.ts";
import { unwanted } from "./call.ts";
import { updateLive } from "./live.ts";
import { base, fetch } from "./tag.ts";

/** The server replaces this name in the built file by the project's rules. */
declare const __SAYSO_RULES__: PageRules;

export let rules: PageRules = __SAYSO_RULES__;

/** An open page learns of a publication from any reply; each version is fetched once. */
export const noticeVersion = quietly(async (version = 0): Promise<void> => {
  if (unwanted || version <= rules.version) return;
  rules.version = version;
  const path = `rules.json?v=${version}`;
  const response = await fetch(base + path, { credentials: "omit" });
  if (response.ok) {
    rules = await response.json();
    updateLive();
  }
});
