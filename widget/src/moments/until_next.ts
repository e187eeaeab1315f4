import { waitingFor } from "./happen.ts";

/** A timer set further ahead would ring at once. */
const LONGEST_TIMER = 2e9;

/** Milliseconds from `passed` until the next rule of the kind; a timer's longest if there is none. */
export const untilNext = (kind: "time_on_page" | "inactivity", passed: number): number =>
  Math.min(...waitingFor(kind).map(({ seconds = 0 }) => seconds * 1_000 - passed), LONGEST_TIMER);
