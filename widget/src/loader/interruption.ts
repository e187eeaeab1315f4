import { listen } from "../quietly.ts";
import type { Trigger } from "../wire.ts";
import { load } from "./load.ts";
import { matchUrl } from "./match_url.ts";
import { focused, hasModal, isFullscreen, isWatching } from "./occupied.ts";
import { rules } from "./rules.ts";
import { now, sleep } from "./time.ts";

/** After the last key the visitor counts as still typing for so long. */
const TYPING = 2_000;
const LOOK_AGAIN = 500;
/** A page that has just come, or has changed its route, is left alone for so long, or as the rules say. */
const SETTLE = 3_000;

/** In px. Who renews a log-in does so in a frame without any size, and loads the page with the tag. */
const NARROWEST = 99;

let lastKey = 0;
let settled = 0;
let composing = false;
let printing = false;
let held = false;

const BUSY = "keydown compositionstart afterprint beforeprint compositionend";

export const watchVisitor = (): void =>
  listen(window, BUSY, ({ type, isComposing }: KeyboardEvent) => {
    lastKey = now();
    composing = type === "compositionstart" || isComposing;
    printing = type === "beforeprint";
  });

export const hold = (): void => {
  held = true;
};

export const release = (): void => {
  held = false;
};

/** Returns for how long. */
export const settle = (): number => {
  const wait = rules.settle ?? SETTLE;
  settled = now() + wait;
  return wait;
};

/** What the tools that ask for consent have in the ids and classes of their elements. */
const CONSENT = "qc-cmp axeptio didomi iubenda consent osano cookie usercentrics".split(" ");
const MAY_WANT_QUIET = `[data-sayso-quiet],${CONSENT.map((word) => `[id*="${word}" i],[class*="${word}" i]`)}`;

/** Few pages have what a further file has to look at closely. */
const wantsQuiet = async (): Promise<unknown> =>
  document.querySelector(MAY_WANT_QUIET) && (await load("quiet"))?.();

const isTyping = (): boolean => {
  const element = focused() as HTMLElement | null;
  return (
    !!element &&
    // Keys inside a frame do not reach us: it may be a card number or an editor.
    (element.matches("iframe") ||
      ((composing || now() - lastKey < TYPING) &&
        (element.isContentEditable || element.matches("input,textarea,select"))))
  );
};

/** Whether a popup would interrupt: nobody is asked now. A click needs no page that has settled. */
export const wouldInterrupt = (kind?: Trigger["kind"]): boolean =>
  held ||
  (kind !== "click" && now() < settled) ||
  rules.excluded?.some((rule) => matchUrl(rule, location.href)) ||
  innerWidth < NARROWEST ||
  document.hidden ||
  isFullscreen() ||
  isTyping() ||
  isWatching() ||
  hasModal() ||
  printing;

export const visibleAgain = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener("visibilitychange", resolve, { once: true }));

/**
 * Looks again every half second, and only while somebody waits. False when time is up. What is opened
 * by hand interrupts nobody.
 */
export const whenQuiet = async (
  until: number,
  kind: Trigger["kind"],
  busy?: () => boolean,
): Promise<boolean> => {
  while (busy?.() || (kind !== "show" && (wouldInterrupt(kind) || (await wantsQuiet())))) {
    if (now() > until) return false;
    await (document.hidden ? visibleAgain() : sleep(LOOK_AGAIN));
  }
  return now() <= until;
};
