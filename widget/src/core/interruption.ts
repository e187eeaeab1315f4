import type { Chunks } from "./chunks.ts";
import { load, loading } from "./load.ts";
import { matchUrl } from "./match_url.ts";
import { isFullscreen } from "./occupied.ts";
import { listen } from "./quietly.ts";
import { rules } from "./rules.ts";
import { now, sleep } from "./time.ts";
import type { Trigger } from "./wire.ts";

/** In ms. The visitor counts as typing for this long after the last key. */
const TYPING = 2_000;
const LOOK_AGAIN = 500;
/** In ms without surveys after a page load or route change, unless the rules set another time. */
const SETTLE = 3_000;
/** In ms. Maximum wait for a page that keeps loading or changing its route. */
const RESTLESS = 15_000;

/** In px. A narrower page is an invisible frame, in which a library renews a log-in. */
const NARROWEST = 99;

let lastKey = 0;
const came = now();
/** The first and the last load or route change since the page had last settled. */
let firstMove = 0;
let lastMove = 0;
let composing = false;
let printing = false;
let held = false;

const BUSY = "keydown compositionstart afterprint beforeprint compositionend";

export const watchVisitor = (): void =>
  listen(window, BUSY, (event: KeyboardEvent) => {
    const target = event.composedPath()[0] as HTMLElement;
    if (target.isContentEditable || target.matches?.("input,textarea,select")) lastKey = now();
    composing = event.type === "compositionstart" || event.isComposing;
    printing = event.type === "beforeprint";
  });

export const hold = (): void => {
  held = true;
};

export const release = (): void => {
  held = false;
};

const restTime = (): number => rules.settle ?? SETTLE;

/** Zero if the project sets no time to settle. */
const settledAt = (): number => {
  const loaded = document.readyState === "complete" ? 0 : came + RESTLESS;
  return restTime() && restTime() + Math.min(Math.max(lastMove, loaded), firstMove + RESTLESS);
};

/** Restarts the time to settle, from now or from the load. Returns the maximum wait in ms. */
export const settle = (): number => {
  if (now() > lastMove + restTime()) firstMove = now();
  lastMove = now();
  return settledAt() - now();
};

/** Words that consent tools use in the ids and classes of their elements. */
const CONSENT = "qc-cmp axeptio didomi iubenda consent osano cookie usercentrics".split(" ");
const MAY_WANT_QUIET = `[data-sayso-quiet],[role*=dialog],[aria-modal],[popover],[inert],[open],video,iframe,body>[aria-hidden]${CONSENT.map((word) => `,[id*="${word}" i],[class*="${word}" i]`).join("")}`;

/** Whether the element at the page's edge is fixed: an overlay, or the page's own shell. */
const isCovered = (): boolean =>
  getComputedStyle(document.elementFromPoint(1, innerHeight / 2) || document.body).position ===
  "fixed";

/** The chunk `quiet` checks thoroughly. It is loaded if a quick check finds a reason. */
const wantsQuiet = async (): Promise<unknown> => {
  if (document.querySelector(MAY_WANT_QUIET) || isCovered()) load("quiet");
  return ((await loading.quiet) as Chunks["quiet"] | undefined)?.isBusy_();
};

const isTyping = (): boolean => composing || now() - lastKey < TYPING;

/** Whether a popup would interrupt now. A click need not wait until the page has settled. */
export const wouldInterrupt = (kind?: Trigger["kind"]): boolean =>
  held ||
  (kind !== "click" && now() < settledAt()) ||
  rules.excluded?.some((rule) => matchUrl(rule, location.href)) ||
  innerWidth < NARROWEST ||
  document.hidden ||
  isFullscreen() ||
  isTyping() ||
  printing;

export const visibleAgain = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener("visibilitychange", resolve, { once: true }));

/**
 * Waits until a popup would not interrupt, and checks every half second. Resolves with false on
 * timeout. A survey opened manually never interrupts.
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
