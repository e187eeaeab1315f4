/**
 * Keeps a popup that is open for the page that follows in this tab, and opens it there. Loaded once a
 * popup stands in the page, and where an earlier page has left one.
 */
import type { Ask } from "../core/chunks.ts";
import { ask, goOn, key, ready, recall } from "../core/from_loader.ts";
import { ignore } from "../core/quietly.ts";
import { now } from "../core/time.ts";
import { leaver, left } from "./half_answered.ts";

/** For so long an unanswered popup counts as open; the server knows since when. */
const OPEN = 60_000;

const open = left(key, recall(""));
const leave = leaver(key, () => recall(""), open);

/** Of what was not answered the server says whether it may come back. */
const bringBack = async ({ invitation }: Ask): Promise<void> => {
  const decision = await ask({ kind: "return", held: invitation }, now() + OPEN);
  if (decision && !decision.ask) leave();
};

ready(leave);
if (open?.trail?.[1] || open?.answers?.[0] || open?.typed?.some(Boolean)) goOn(open);
else if (open) bringBack(open).catch(ignore);
