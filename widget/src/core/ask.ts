import type { Ask } from "./chunks.ts";
import { collect, decideAfterAll, isoNow, type PageEvent } from "./collect.ts";
import { here } from "./here.ts";
import { me } from "./identity.ts";
import { whenQuiet } from "./interruption.ts";
import { askLeftover, expectLeftover, forgetLeftover } from "./leftover.ts";
import { load } from "./load.ts";
import { isOpen, show } from "./open_popup.ts";
import { ignore } from "./quietly.ts";
import { randomId } from "./random_id.ts";
import { rules } from "./rules.ts";
import { now } from "./time.ts";
import { unwanted } from "./unwanted.ts";
import type { Decision, PageRule, Trigger } from "./wire.ts";

/** In ms. After this time a trigger is too old to ask about. */
const PATIENCE = 60_000;
/** In ms. The claim's lease is 15 s, and `shown` is sent only a second after the popup appears. */
const SHOW_WITHIN = 12_000;

let deciding = false;

/** Events that wait for a decision, in order. */
const undecided = new Set<PageEvent>();

/** Whether an earlier event must be decided first. Otherwise the order would be random. */
const isPreceded = ({ kind, id }: Trigger): boolean => {
  const [first = { id }] = undecided;
  // A click, or a survey opened manually, does not wait.
  return first.id !== id && !"click show".includes(kind);
};

export const decide = async (trigger: Trigger): Promise<Decision | undefined> => {
  const page = { ...here(), zone: rules.zone && (await load("zone")) };
  return decideAfterAll({ trigger, page });
};

const follow = async ({ ask: asked, waiting }: Decision, kind: Trigger["kind"]): Promise<void> => {
  const whom = me;
  if (waiting) {
    expectLeftover(waiting.in);
    askLeftover();
  } else if (asked) {
    if (!(asked as Ask).seen) expectLeftover();
    const until = now() + SHOW_WITHIN;
    const [open, ...more] = await Promise.all([
      load("popup"),
      ...(asked.survey.more || []).map(load),
    ]);
    if ((await whenQuiet(until, kind)) && whom === me) {
      if (more.every(Boolean)) show(open, asked, more, kind);
    } else askLeftover();
  } else if (kind === "invitation") forgetLeftover();
};

/** The only way to a popup. Calls `still` at the last moment to check that the trigger holds. */
export const ask = async (
  about: Pick<Trigger, "kind"> & Partial<Trigger>,
  until: number,
  still?: (trigger: Trigger) => unknown,
): Promise<Decision | undefined> => {
  if (unwanted) return;
  const trigger: Trigger = { id: randomId(), at: isoNow(), ...about };
  let whom = me;
  const isBusy = () => deciding || isOpen() || isPreceded(trigger);
  // Two calls may wake at the same moment: only the first finds nothing busy.
  do {
    if (!(await whenQuiet(until, trigger.kind, isBusy))) return;
  } while (isBusy());
  // A page view belongs to the visitor at the end of the wait.
  if (trigger.kind === "page_view") whom = me;
  if (unwanted || whom !== me || (still && !still(trigger))) return;
  deciding = true;
  try {
    load("popup");
    const decision = await decide(trigger);
    if (decision && whom === me) await follow(decision, trigger.kind).catch(ignore);
    return decision;
  } finally {
    deciding = false;
  }
};

/** Reopens a popup that an earlier page left in this tab. Like a click, this is expected. */
export const goOn = async (left: Ask): Promise<void> => {
  deciding = true;
  await follow({ ask: left }, "click").catch(ignore);
  deciding = false;
};

/** `matching` is called at the last moment and returns the rules that still match the page. */
export const askHere = (kind: Trigger["kind"], matching: () => PageRule[]): Promise<unknown> =>
  ask({ kind }, now() + PATIENCE, (trigger) => {
    trigger.surveys = matching().map(({ survey }) => survey);
    return trigger.surveys[0];
  });

/** A decision stores its event. An event without a decision is collected, so it is not lost. */
export const askEvent = async (event: PageEvent): Promise<void> => {
  undecided.add(event);
  const decision = await ask({ kind: "event", ...event }, Date.parse(event.at) + PATIENCE);
  if (undecided.delete(event) && !decision) collect(event);
};

export const giveUpWaiting = (): void => {
  undecided.forEach(collect);
  undecided.clear();
};
