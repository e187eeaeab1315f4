/** Replaces `core/has_rules.ts` in a script without rules: fetches the rules first. */

import { ignore, quietly } from "../core/quietly.ts";
import { rules } from "../core/rules.ts";
import { base, fetch } from "../core/tag.ts";
import { backoff, sleep } from "../core/time.ts";
import type { PageRules } from "../core/wire.ts";

let here = false;
let asking = false;
let tries = 0;

/** Undefined on a temporary failure; null if the server refuses the page. */
const fetchRules = async (): Promise<PageRules | undefined | null> => {
  const response = await fetch(`${base}rules.json`, { credentials: "omit" });
  if (response.status === 403 || response.status === 404) return null;
  return response.ok ? response.json() : undefined;
};

const ask = quietly(async (begin: () => void): Promise<void> => {
  const found = await fetchRules().catch(ignore);
  if (found === null) return;
  if (found) {
    Object.assign(rules, found);
    here = true;
  } else await sleep(backoff(tries++));
  asking = false;
  begin();
});

/** Calls `begin` again when the rules have arrived, or when it is time to retry. */
export const hasRules = (begin: () => void): boolean => {
  if (!here && !asking) {
    asking = true;
    ask(begin);
  }
  return here;
};
