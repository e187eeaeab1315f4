import { LEFT } from "./chunks.ts";
import { keep, recall } from "./keep.ts";
import { load } from "./load.ts";
import { now } from "./time.ts";

/** Seconds after which a claim that was never shown returns to the queue. */
const LEASE = 15;

/** Notes that an invitation may wait for this browser, to be asked for in `seconds`. */
export const expectLeftover = (seconds = LEASE + Math.random()): void =>
  keep(LEFT, `${now() + seconds * 1_000}`);

export const forgetLeftover = (): void => keep(LEFT);

/** Asks for an invitation that an earlier page, or a popup held back on this page, left over. */
export const askLeftover = async (): Promise<void> => {
  if (recall(LEFT)) (await load("leftover"))?.askWhenDue_();
};
