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

export const isoNow = (): string => new Date().toISOString();

export const sendCollected = (): void => {
  // Taken now: after a log-out these are still the earlier visitor's.
  const mine = { visitor, events: batch };
  batch = [];
  if (mine.events[0]) deliver(() => postAs("events", { ...mine, sent_at: isoNow() }));
};

/** Events that no survey asks about travel together. */
export const collect = (event: PageEvent): void => {
  if (batch.push(event) === 1) later(TOGETHER, sendCollected);
};
