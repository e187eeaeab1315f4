/**
 * Loaded by the first `sayso.show()`: opens a survey manually. See chunks.ts for its interface.
 */

import { ask, emit, ready } from "../../core/from_loader.ts";
import { now } from "../../core/time.ts";

/** In ms. Maximum wait for a popup that is closing. */
const CLOSING = 1_000;

ready(async (survey: string) => {
  const decision = await ask({ kind: "show", surveys: [survey] }, now() + CLOSING);
  if (!decision?.ask) emit("unavailable", survey);
});
