import { ignore } from "../quietly.ts";
import type { Decision, Trigger } from "../wire.ts";
import { deliver, postAs, unwanted } from "./call.ts";
import { collect, isoNow, type PageEvent } from "./collect.ts";
import { whenQuiet } from "./interruption.ts";
import { askLeftover, expectLeftover, forgetLeftover } from "./leftover.ts";
import { loadPopup } from "./load_popup.ts";
import { isOpen, show } from "./show.ts";
import { now } from "./time.ts";
import { randomId } from "./visitor.ts";

/** "Because this just happened" is over after so long. */
const PATIENCE = 60_000;
/** An older decision is not repeated. */
const STALE = 10_000;
/** The claim's lease is 15 s, and `shown` is only said a second after showing. */
const SHOW_WITHIN = 12_000;

let deciding = false;
let person = 0;

/** Whoever was being waited for has logged out. */
export const forgetWaiting = (): void => {
  person++;
};

const isBusy = (): boolean => deciding || isOpen();

const decide = async (trigger: Trigger): Promise<Decision | undefined> => {
  const page = {
    url: location.href.slice(0, 2_000),
    locale: document.documentElement.lang || navigator.language,
  };
  const reply = await deliver(() => postAs("decide", { trigger, page }), now() + STALE);
  return reply?.ok ? reply.body : undefined;
};

const follow = async ({ ask: asked, waiting }: Decision, kind: string): Promise<void> => {
  const whom = person;
  if (waiting) {
    expectLeftover(waiting.in);
    askLeftover();
  } else if (asked) {
    expectLeftover();
    const until = now() + SHOW_WITHIN;
    const open = await loadPopup();
    if ((await whenQuiet(until)) && whom === person) show(open, asked);
    else askLeftover();
  } else if (kind === "invitation") forgetLeftover();
};

/** The only way to a popup. `still` is asked at the last moment. */
const ask = async (
  about: Omit<Trigger, "id"> & { id?: string },
  patience = PATIENCE,
  still?: (trigger: Trigger) => boolean,
): Promise<Decision | undefined> => {
  const trigger: Trigger = { id: randomId(), ...about };
  const whom = person;
  const until = now() + patience;
  // Two may wake at the same moment: only the first one finds nobody busy.
  do {
    if (!(await whenQuiet(until, isBusy))) return;
  } while (isBusy());
  if (unwanted || whom !== person || still?.(trigger) === false) return;
  deciding = true;
  try {
    loadPopup().catch(ignore);
    const decision = await decide(trigger);
    if (decision && whom === person) await follow(decision, trigger.kind).catch(ignore);
    return decision;
  } finally {
    deciding = false;
  }
};

/** `matching` says at the last moment which surveys this page is still right for. */
export const askPageView = (matching: () => string[]): Promise<unknown> =>
  ask({ kind: "page_view" }, PATIENCE, (trigger) => {
    trigger.surveys = matching();
    return !!trigger.surveys.length;
  });

const undecided = new Set<PageEvent>();

/** A decision stores its event; one that could not be decided is a fact all the same. */
export const askEvent = async (name: string, properties: object): Promise<void> => {
  const id = randomId();
  const event = { id, name, properties, at: isoNow() };
  undecided.add(event);
  const decision = await ask({ kind: "event", id, name, properties });
  if (undecided.delete(event) && !decision) collect(event);
};

export const giveUpWaiting = (): void => {
  for (const event of undecided) collect(event);
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
