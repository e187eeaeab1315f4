/** What was left half answered in this tab alone: another one must not show the same beside it. */

import { asText } from "../as_text.ts";
import type { Ask } from "../handover.ts";
import { now } from "../loader/time.ts";
import { typedIn, typeInto } from "./typed.ts";

/** Who comes back later would not know any more what it is about. */
const LASTS = 900_000;

interface Left {
  ask: Ask;
  visitor: string | undefined;
  until: number;
}

/** Without an ask nothing is left. */
const leave = (name: string, visitor: string | undefined, ask?: Ask): void => {
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

/** Leaves how far one has come, with what is filled in, once what was left before is filled in again. */
export const leaver = (
  name: string,
  visitor: () => string | undefined,
  earlier?: Ask,
): ((ask?: Ask, box?: HTMLElement) => void) => {
  let typed = earlier?.typed;
  return (ask, box) => {
    if (box && typed) typeInto(box, typed);
    typed = undefined;
    leave(name, visitor(), ask && { ...ask, ...(box && { typed: typedIn(box) }) });
  };
};
