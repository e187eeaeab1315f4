import type { Ask } from "../handover.ts";
import { ignore } from "../quietly.ts";
import type { Decision, PageRule, Trigger } from "../wire.ts";
import { deliver, postAs, unwanted } from "./call.ts";
import { collect, isoNow, type PageEvent, sendCollected } from "./collect.ts";
import { here } from "./here.ts";
import { whenQuiet } from "./interruption.ts";
import { askLeftover, expectLeftover, forgetLeftover } from "./leftover.ts";
import { load } from "./load.ts";
import { randomId } from "./random_id.ts";
import { rules } from "./rules.ts";
import { isOpen, show } from "./show.ts";
import { now, sleep } from "./time.ts";
import { visitor } from "./visitor.ts";

/** "Because this just happened" is over after so long. */
const PATIENCE = 60_000;
/** An older decision is not repeated. */
const STALE = 10_000;
/** The claim's lease is 15 s, and `shown` is only said a second after showing. */
const SHOW_WITHIN = 12_000;
/** What happened before an event arrives before it, if it does so within this time. */
const FORERUNNERS = 1_000;

let deciding = false;

const isBusy = (): boolean => deciding || isOpen();

const decide = async (trigger: Trigger): Promise<Decision | undefined> => {
  // A sequence is of what is stored; while the server is slow it is rather missed than waited for.
  if (trigger.kind === "event") await Promise.race([sendCollected(), sleep(FORERUNNERS)]);
  const page = { ...here(), zone: rules.zone && (await load("zone")) };
  return deliver(() => postAs("decide", { trigger, page, sent_at: isoNow() }), now() + STALE);
};

const follow = async (
  { ask: asked, waiting }: Decision,
  kind: Trigger["kind"],
  whom: string,
): Promise<void> => {
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
      if (more.every(Boolean)) show(open, asked, more);
    } else askLeftover();
  } else if (kind === "invitation") forgetLeftover();
};

/** The only way to a popup. `still` is asked at the last moment. */
export const ask = async (
  about: Pick<Trigger, "kind"> & Partial<Trigger>,
  until: number,
  still?: (trigger: Trigger) => boolean,
): Promise<Decision | undefined> => {
  if (unwanted) return;
  const trigger: Trigger = { id: randomId(), at: isoNow(), ...about };
  const whom = visitor;
  // Two may wake at the same moment: only the first one finds nobody busy.
  do {
    if (!(await whenQuiet(until, trigger.kind, isBusy))) return;
  } while (isBusy());
  if (unwanted || whom !== visitor || still?.(trigger) === false) return;
  deciding = true;
  try {
    load("popup");
    const decision = await decide(trigger);
    if (decision && whom === visitor) await follow(decision, trigger.kind, whom).catch(ignore);
    return decision;
  } finally {
    deciding = false;
  }
};

/** A popup that an earlier page of this tab left half answered: as after a click, it is expected. */
export const goOn = async (left: Ask): Promise<void> => {
  deciding = true;
  await follow({ ask: left }, "click", visitor).catch(ignore);
  deciding = false;
};

/** `matching` says at the last moment for which rules this page is still right. */
export const askHere = (kind: Trigger["kind"], matching: () => PageRule[]): Promise<unknown> =>
  ask({ kind }, now() + PATIENCE, (trigger) => {
    trigger.surveys = matching().map(({ survey }) => survey);
    return !!trigger.surveys[0];
  });

const undecided = new Set<PageEvent>();

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

const asking = new Set<string | undefined>();

/** An invitation waits for quiet as long as it likes; the server lets it expire. */
export const askInvitation = async (invitation?: string): Promise<void> => {
  if (asking.has(invitation)) return;
  asking.add(invitation);
  const about = { kind: "invitation", invitation } as const;
  await ask(about, Number.POSITIVE_INFINITY, () => asking.delete(invitation));
  asking.delete(invitation);
};
