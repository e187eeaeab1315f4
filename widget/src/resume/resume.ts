/**
 * Keeps a popup that is half answered for the page that follows in this tab, and opens it there.
 * Loaded once a second question is asked, and where an earlier page has left one.
 */
import { asText } from "../as_text.ts";
import type { Ask } from "../handover.ts";
import { now } from "../loader/time.ts";
import { goOn, key, ready, recall } from "./loan.ts";

/** Who comes back later would not know any more what it is about. */
const LASTS = 900_000;

interface Left {
  ask: Ask;
  visitor: string | undefined;
  until: number;
}

/** Of this tab alone: another one must not show the same popup beside it. */
const keep = (ask?: Ask): void => {
  const left = { ask, visitor: recall(""), until: now() + LASTS };
  if (ask) sessionStorage.setItem(key, asText(left));
  else sessionStorage.removeItem(key);
};

const { ask, visitor, until }: Partial<Left> = JSON.parse(sessionStorage.getItem(key) || "{}");
ready((left?: Ask) => {
  try {
    keep(left);
  } catch {}
});
if (ask && visitor === recall("") && now() < (until as number)) goOn(ask);
else if (ask) keep();
