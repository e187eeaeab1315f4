/**
 * Loaded by the first `sayso.show()`: opens a survey by hand. handover.ts says how it meets the
 * loader.
 */
import { now } from "../loader/time.ts";
import { ask, emit, ready } from "./loan.ts";

/** A popup that is just closing is waited for so long. */
const CLOSING = 1_000;

ready(async (survey: string) => {
  const decision = await ask({ kind: "show", surveys: [survey] }, now() + CLOSING);
  if (!decision?.ask) emit("unavailable", survey);
});
