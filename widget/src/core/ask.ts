import type { Ask } from "./chunks.ts";
import { collect, decideAfterAll, isoNow, type PageEvent } from "./collect.ts";
import { here } from "./here.ts";
import { whenQuiet } from "./interruption.ts";
import { askLeftover, expectLeftover, forgetLeftover } from "./leftover.ts";
import { load } from "./load.ts";
import { isOpen, show } from "./open_popup.ts";
import { ignore } from "./quietly.ts";
import { randomId } from "./random_id.ts";
import { rules } from "./rules.ts";
import { now } from "./time.ts";
import { unwanted } from "./unwanted.ts";
import { visitor } from "./visitor.ts";
import type { Decision, PageRule, Trigger } from "./wire.ts";

/** "Because this just happened" is over after so long. */
const PATIENCE = 60_000;
/** The claim's lease is 15 s, and `shown` is only said a second after showing. */
const SHOW_WITHIN = 12_000;

let deciding = false;

/** In their order. */
const undecided = new Set<PageEvent>();

/** Whether an event is decided first: which of two finds the page quiet first would be chance. */
const isPreceded = ({ kind, id }: Trigger): boolean => {
  const [first = { id }] = undecided;
  // What one opens by hand is opened now.
  return first.id !== id && !"click show".includes(kind);
};

export const decide = async (trigger: Trigger): Promise<Decision | undefined> => {
  const page = { ...here(), zone: rules.zone && (await load("zone")) };
  return decideAfterAll({ trigger, page });
};

const follow = async ({ ask: asked, waiting }: Decision, kind: Trigger["kind"]): Promise<void> => {
  const whom = visitor;
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
    if ((await whenQuiet(until, kind)) && whom === visitor) {
      if (more.every(Boolean)) show(open, asked, more, kind);
    } else askLeftover();
  } else if (kind === "invitation") forgetLeftover();
};

/** The only way to a popup. `still` is asked at the last moment. */
export const ask = async (
  about: Pick<Trigger, "kind"> & Partial<Trigger>,
  until: number,
  still?: (trigger: Trigger) => unknown,
): Promise<Decision | undefined> => {
  if (unwanted) return;
  const trigger: Trigger = { id: randomId(), at: isoNow(), ...about };
  let whom = visitor;
  const isBusy = () => deciding || isOpen() || isPreceded(trigger);
  // Two may wake at the same moment: only the first one finds nobody busy.
  do {
    if (!(await whenQuiet(until, trigger.kind, isBusy))) return;
  } while (isBusy());
  // A page is viewed by whoever is there in the end.
  if (trigger.kind === "page_view") whom = visitor;
  if (unwanted || whom !== visitor || (still && !still(trigger))) return;
  deciding = true;
  try {
    load("popup");
    const decision = await decide(trigger);
    if (decision && whom === visitor) await follow(decision, trigger.kind).catch(ignore);
    return decision;
  } finally {
    deciding = false;
  }
};

/** A popup that an earlier page of this tab left half answered: as after a click, it is expected. */
export const goOn = async (left: Ask): Promise<void> => {
  deciding = true;
  await follow({ ask: left }, "click").catch(ignore);
  deciding = false;
};

/** `matching` says at the last moment for which rules this page is still right. */
export const askHere = (kind: Trigger["kind"], matching: () => PageRule[]): Promise<unknown> =>
  ask({ kind }, now() + PATIENCE, (trigger) => {
    trigger.surveys = matching().map(({ survey }) => survey);
    return trigger.surveys[0];
  });

/** A decision stores its event; one that could not be decided is a fact all the same. */
export const askEvent = async (event: PageEvent): Promise<void> => {
  undecided.add(event);
  const decision = await ask({ kind: "event", ...event }, Date.parse(event.at) + PATIENCE);
  if (undecided.delete(event) && !decision) collect(event);
};

export const giveUpWaiting = (): void => {
  undecided.forEach(collect);
  undecided.clear();
};
