import { LEFT } from "./chunks.ts";
import { keep, recall } from "./keep.ts";
import { load } from "./load.ts";
import { now } from "./time.ts";

/** A claim that was never shown falls back into the queue after so long. */
const LEASE = 15;

/** An invitation may wait for this browser, to be asked for in so many seconds. */
export const expectLeftover = (seconds = LEASE + Math.random()): void =>
  keep(LEFT, `${now() + seconds * 1_000}`);

export const forgetLeftover = (): void => keep(LEFT);

/** Asks for what an earlier page, or a popup held back on this one, left over. */
export const askLeftover = async (): Promise<void> => {
  if (recall(LEFT)) (await load("leftover"))?.askWhenDue_();
};
