/**
 * Saves an open popup for the next page in this tab, and opens it there. Loaded when a popup opens,
 * and if an earlier page has left a popup.
 */
import type { Ask } from "../core/chunks.ts";
import { ask, goOn, key, ready, recall } from "../core/from_loader.ts";
import { ignore } from "../core/quietly.ts";
import { now } from "../core/time.ts";
import { leaver, left } from "./half_answered.ts";

/** In ms. An unanswered popup counts as open for this long; the server knows since when. */
const OPEN = 60_000;

const open = left(key, recall(""));
const leave = leaver(key, () => recall(""), open);

/** Asks the server whether an unanswered popup may come back. */
const bringBack = async ({ invitation }: Ask): Promise<void> => {
  const decision = await ask({ kind: "return", held: invitation }, now() + OPEN);
  if (decision && !decision.ask) leave();
};

ready(leave);
if (open?.trail?.[1] || open?.answers?.[0] || open?.typed?.some(Boolean)) goOn(open);
else if (open) bringBack(open).catch(ignore);
