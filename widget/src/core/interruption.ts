import type { Chunks } from "./chunks.ts";
import { load, loading } from "./load.ts";
import { matchUrl } from "./match_url.ts";
import { focused, isFullscreen } from "./occupied.ts";
import { listen } from "./quietly.ts";
import { rules } from "./rules.ts";
import { now, sleep } from "./time.ts";
import type { Trigger } from "./wire.ts";

/** After the last key the visitor counts as still typing for so long. */
const TYPING = 2_000;
const LOOK_AGAIN = 500;
/** A page that has loaded, or has changed its route, is left alone for so long, or as the rules say. */
const SETTLE = 3_000;
/** One that goes on loading, or changing its route, is waited for no longer. */
const RESTLESS = 15_000;

/** In px. Who renews a log-in does so in a frame without any size, and loads the page with the tag. */
const NARROWEST = 99;

let lastKey = 0;
const came = now();
/** When the page changed its route, or loaded, at first and at last: until it has settled. */
let firstMove = 0;
let lastMove = 0;
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

const restTime = (): number => rules.settle ?? SETTLE;

/** In a project that lets no page settle every page has. */
const settledAt = (): number => {
  const loaded = document.readyState === "complete" ? 0 : came + RESTLESS;
  return restTime() && restTime() + Math.min(Math.max(lastMove, loaded), firstMove + RESTLESS);
};

/** Counts from now, or from when the page has loaded. Returns for how long at most. */
export const settle = (): number => {
  if (now() > lastMove + restTime()) firstMove = now();
  lastMove = now();
  return settledAt() - now();
};

/** What the tools that ask for consent have in the ids and classes of their elements. */
const CONSENT = "qc-cmp axeptio didomi iubenda consent osano cookie usercentrics".split(" ");
const MAY_WANT_QUIET = `[data-sayso-quiet],[role*=dialog],[aria-modal],[popover],[inert],[open],video,iframe,body>[aria-hidden]${CONSENT.map((word) => `,[id*="${word}" i],[class*="${word}" i]`).join("")}`;

/** Something lies over the page at its edge, or the page itself is such a thing. */
const isCovered = (): boolean =>
  getComputedStyle(document.elementFromPoint(1, innerHeight / 2) || document.body).position ===
  "fixed";

/** A further file looks closely: before a decision where a quick look finds a reason, then always. */
const wantsQuiet = async (): Promise<unknown> => {
  if (document.querySelector(MAY_WANT_QUIET) || isCovered()) load("quiet");
  return ((await loading.quiet) as Chunks["quiet"] | undefined)?.isBusy_();
};

const isTyping = (): boolean => {
  const element = focused() as HTMLElement | null;
  return (
    !!element &&
    (composing || now() - lastKey < TYPING) &&
    (element.isContentEditable || element.matches("input,textarea,select"))
  );
};

/** Whether a popup would interrupt: nobody is asked now. A click needs no page that has settled. */
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
 * Looks again every half second, and only while somebody waits. False when time is up. What is opened by hand interrupts nobody.
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
