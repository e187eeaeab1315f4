import { asText } from "./as_text.ts";
import { deliver, postAs } from "./call.ts";
import { later, now, STALE } from "./time.ts";
import { visitor } from "./visitor.ts";
import type { Reply } from "./wire.ts";

const TOGETHER = 1_000;
/** Characters of the events in one call: the server takes 64 kB and 100 events, which have 101 each. */
const LENGTH = 10_000;

export interface PageEvent {
  id: string;
  name: string;
  properties: object;
  at: string;
}

/** Not sent yet. */
let fresh: PageEvent[] = [];
/** This visitor's that are not known to have arrived. */
let unstored: PageEvent[] = [];
let last = 0;

/** Later than the one before: what happens in one millisecond has an order, too. */
export const isoNow = (): string => {
  last = Math.max(now(), last + 1);
  return new Date(last).toISOString();
};

const isTooMuch = (events: PageEvent[]): boolean => asText(events).length > LENGTH;

/** What could not be brought along by another call is sent by itself. */
const send = async (
  mine: { visitor: string; events: PageEvent[] },
  body?: object,
): Promise<Reply> => {
  if (!body && !mine.events[0]) return;
  const reply = await deliver(
    () => postAs(body ? "decide" : "events", { ...mine, ...body, sent_at: isoNow() }),
    body && now() + STALE,
  );
  if (!reply && body) send(mine);
  else unstored = unstored.filter((event) => !mine.events.includes(event));
  return reply;
};

/** After a log-out these are still the earlier visitor's, and nothing to the next one. */
export const sendCollected = (logOut?: boolean): void => {
  send({ visitor, events: fresh });
  fresh = [];
  if (logOut) unstored = [];
};

/** Events that no survey asks about travel together. */
export const collect = (event: PageEvent): void => {
  if (isTooMuch([...fresh, event])) sendCollected();
  if (fresh.push(event) === 1) later(TOGETHER, sendCollected);
  unstored.push(event);
};

/** What happened before counts before: brings along all that may not have arrived yet. */
export const decideAfterAll = (body: object): Promise<Reply> => {
  const events = isTooMuch(unstored) ? fresh : [...unstored];
  fresh = [];
  return send({ visitor, events }, body);
};
