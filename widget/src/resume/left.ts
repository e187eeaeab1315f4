/** What was left half answered in this tab alone: another one must not show the same beside it. */

import { asText } from "../as_text.ts";
import type { Ask } from "../handover.ts";
import { now } from "../loader/time.ts";

/** Who comes back later would not know any more what it is about. */
const LASTS = 900_000;

interface Left {
  ask: Ask;
  visitor: string | undefined;
  until: number;
}

/** Without an ask nothing is left. */
export const leave = (name: string, visitor: string | undefined, ask?: Ask): void => {
  try {
    const left: Left = { ask: ask as Ask, visitor, until: now() + LASTS };
    if (ask) sessionStorage.setItem(name, asText(left));
    else sessionStorage.removeItem(name);
  } catch {}
};

/** What this visitor left; what is another's, or too old, is gone. */
export const left = (name: string, visitor: string | undefined): Ask | undefined => {
  try {
    const kept: Left = JSON.parse(sessionStorage.getItem(name) as string);
    if (kept?.visitor === visitor && now() < kept.until) return kept.ask;
  } catch {}
  leave(name, visitor);
};
