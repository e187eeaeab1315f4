import { deliver, postAs } from "./call.ts";
import { later } from "./time.ts";
import { visitor } from "./visitor.ts";

const TOGETHER = 1_000;

export interface PageEvent {
  id: string;
  name: string;
  properties: object;
  at: string;
}

let batch: PageEvent[] = [];
let sent: Promise<unknown> | undefined;

export const isoNow = (): string => new Date().toISOString();

/** Resolves once all that was collected has arrived, or was given up. */
export const sendCollected = (): Promise<unknown> | undefined => {
  // Taken now: after a log-out these are still the earlier visitor's.
  const mine = { visitor, events: batch };
  batch = [];
  if (mine.events[0]) sent = deliver(() => postAs("events", { ...mine, sent_at: isoNow() }));
  return sent;
};

/** Events that no survey asks about travel together. */
export const collect = (event: PageEvent): void => {
  if (batch.push(event) === 1) later(TOGETHER, sendCollected);
};
