/**
 * Loaded by the first `sayso.show()`: opens a survey by hand. chunks.ts says how it meets the
 * loader.
 */

import { ask, emit, ready } from "../../core/from_loader.ts";
import { now } from "../../core/time.ts";

/** A popup that is just closing is waited for so long. */
const CLOSING = 1_000;

ready(async (survey: string) => {
  const decision = await ask({ kind: "show", surveys: [survey] }, now() + CLOSING);
  if (!decision?.ask) emit("unavailable", survey);
});
