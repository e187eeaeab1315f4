import { asText } from "./as_text.ts";
import { deliver, postAs } from "./call.ts";
import { me } from "./identity.ts";
import { later, now, STALE } from "./time.ts";
import type { Reply } from "./wire.ts";

const TOGETHER = 1_000;
/** Maximum characters of events per call. The server takes 64 kB and 100 events of 101 or more. */
const LENGTH = 10_000;

export interface PageEvent {
  id: string;
  name: string;
  properties: object;
  at: string;
}

/** Events that are not sent yet. */
let fresh: PageEvent[] = [];
/** This visitor's events that may not have arrived. */
let unstored: PageEvent[] = [];
let last = 0;

/** Always later than the previous time, so that events in one millisecond have an order. */
export const isoNow = (): string => {
  last = Math.max(now(), last + 1);
  return new Date(last).toISOString();
};

const isTooMuch = (events: PageEvent[]): boolean => asText(events).length > LENGTH;

/** If a decision with these events fails, the events are sent on their own. */
const send = async (events: PageEvent[], who = me, body?: object): Promise<Reply> => {
  if (!body && !events[0]) return;
  const path = body ? "decide" : "events";
  const reply = await deliver(
    () => postAs(path, { events, ...body, sent_at: isoNow() }, who),
    body && now() + STALE,
  );
  if (!reply && body) send(events, who);
  else unstored = unstored.filter((event) => !events.includes(event));
  return reply;
};

export const sendCollected = (): void => {
  send(fresh);
  fresh = [];
};

/** The next person's decisions must not carry this person's events. */
export const handOverCollected = (): void => {
  sendCollected();
  unstored = [];
};

/** Batches events that no survey asks about. */
export const collect = (event: PageEvent): void => {
  if (isTooMuch([...fresh, event])) sendCollected();
  if (fresh.push(event) === 1) later(TOGETHER, sendCollected);
  unstored.push(event);
};

/** Sends the decision together with all events that may not have arrived, so that they count. */
export const decideAfterAll = (body: object): Promise<Reply> => {
  const events = isTooMuch(unstored) ? fresh : [...unstored];
  fresh = [];
  return send(events, me, body);
};
