import { LEFT } from "../handover.ts";
import { askInvitation } from "./ask.ts";
import { keep, recall } from "./keep.ts";
import { later, now } from "./time.ts";

/** A claim that was never shown falls back into the queue after so long. */
const LEASE = 15;
/** Longest that an invitation waits for its person. */
const WAITS = 900_000;
/** A timer set further ahead would ring at once. */
const LONGEST_TIMER = 2e9;

/** An invitation may wait for this browser, to be asked for in so many seconds. */
export const expectLeftover = (seconds = LEASE + Math.random()): void =>
  keep(LEFT, `${now() + seconds * 1_000}`);

export const forgetLeftover = (): void => keep(LEFT);

/**
 * Asks for what an earlier page, or a popup held back on this one, left over; another tab may
 * have settled it meanwhile.
 */
export const askLeftover = (): void => {
  const due = Number(recall(LEFT));
  if (due && now() < due + WAITS) {
    later(Math.min(due - now(), LONGEST_TIMER), () => recall(LEFT) && askInvitation());
  }
};
