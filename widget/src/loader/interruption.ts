import type { Files } from "../handover.ts";
import { listen } from "../quietly.ts";
import type { Trigger } from "../wire.ts";
import { matchUrl } from "./match_url.ts";
import { focused, hasModal, isFullscreen, isWatching } from "./occupied.ts";
import { rules } from "./rules.ts";
import { now, sleep } from "./time.ts";

/** After the last key the visitor counts as still typing for so long. */
const TYPING = 2_000;
const LOOK_AGAIN = 500;
/** A page that has just come, or has changed its route, is left alone for so long. */
const SETTLE = 3_000;

let lastKey = 0;
let settled = 0;
let composing = false;
let held = false;

export const watchTyping = (): void =>
  listen(window, "keydown compositionstart compositionend", (event: KeyboardEvent) => {
    lastKey = now();
    composing = event.type === "compositionstart" || !!event.isComposing;
  });

export const hold = (): void => {
  held = true;
};

export const release = (): void => {
  held = false;
};

export const settle = (): void => {
  settled = now() + SETTLE;
};

let disturbs: Files["quiet"] | undefined;

/** What only a further file sees counts as soon as it is here. */
export const heed = (look?: Files["quiet"]): void => {
  disturbs = look;
};

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

/**
 * Whether a popup would interrupt: nobody is asked now. A click needs no page that has settled, and
 * what is opened by hand interrupts nobody.
 */
export const wouldInterrupt = (kind?: Trigger["kind"]): boolean =>
  kind !== "show" &&
  (held ||
    (kind !== "click" && now() < settled) ||
    !!rules.excluded?.some((rule) => matchUrl(rule, location.href)) ||
    document.hidden ||
    isFullscreen() ||
    isTyping() ||
    isWatching() ||
    hasModal() ||
    !!disturbs?.());

export const visibleAgain = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener("visibilitychange", resolve, { once: true }));

/** Looks again every half second, and only while somebody waits. False when time is up. */
export const whenQuiet = async (
  until: number,
  kind: Trigger["kind"],
  busy?: () => boolean,
): Promise<boolean> => {
  while (busy?.() || wouldInterrupt(kind)) {
    if (now() > until) return false;
    await (document.hidden ? visibleAgain() : sleep(LOOK_AGAIN));
  }
  return now() <= until;
};
