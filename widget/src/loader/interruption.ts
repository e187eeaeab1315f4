import { listen } from "../quietly.ts";
import { matchUrl } from "./match_url.ts";
import { rules } from "./rules.ts";
import { now, sleep } from "./time.ts";

/** After the last key the visitor counts as still typing for so long. */
const TYPING = 2_000;
const LOOK_AGAIN = 500;

let lastKey = 0;
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

const focused = (): Element | null => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
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

const some = <K extends Element>(selector: string, test: (element: K) => boolean): boolean =>
  [...document.querySelectorAll<K>(selector)].some(test);

/** Muted moving decoration does not count. */
const isWatching = (): boolean =>
  some<HTMLVideoElement>(
    "video",
    ({ paused, muted, autoplay, loop }) => !paused && !(muted && (autoplay || loop)),
  );

/** A browser that cannot tell has the benefit of the doubt: nobody is asked. */
const isVisible = (element: Element): boolean =>
  element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false;

/** `:is` forgives a browser that does not know `:modal`. */
const MODAL = ":is(:modal,[aria-modal=true]:not([aria-hidden=true]))";

/** Whether a popup would interrupt: nobody is asked now. */
export const wouldInterrupt = (): boolean =>
  held ||
  !!rules.excluded?.some((rule) => matchUrl(rule, location.href)) ||
  document.hidden ||
  !!document.fullscreenElement ||
  isTyping() ||
  isWatching() ||
  some(MODAL, isVisible);

export const visibleAgain = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener("visibilitychange", resolve, { once: true }));

/** Looks again every half second, and only while somebody waits. False when time is up. */
export const whenQuiet = async (until: number, busy?: () => boolean): Promise<boolean> => {
  while (busy?.() || wouldInterrupt()) {
    if (now() > until) return false;
    await (document.hidden ? visibleAgain() : sleep(LOOK_AGAIN));
  }
  return now() <= until;
};
