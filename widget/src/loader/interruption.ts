import { listen } from "../quietly.ts";
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
    (/^i?frame$/i.test(element.tagName) ||
      ((element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName)) &&
        (composing || now() - lastKey < TYPING)))
  );
};

/** Muted moving decoration does not count. */
const isWatching = (): boolean =>
  Array.from(document.querySelectorAll("video")).some(
    (video) => !video.paused && !video.ended && !(video.muted && (video.autoplay || video.loop)),
  );

const matches = (selector: string): Element[] => {
  try {
    return Array.from(document.querySelectorAll(selector));
  } catch {
    return [];
  }
};

const isVisible = (element: Element): boolean =>
  element.checkVisibility
    ? element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    : !!element.getClientRects().length;

/** Whether a popup would interrupt: nobody is asked now. */
export const wouldInterrupt = (): boolean =>
  held ||
  document.hidden ||
  !!document.fullscreenElement ||
  isTyping() ||
  isWatching() ||
  !!matches(":modal")[0] ||
  matches("[aria-modal=true]:not([aria-hidden=true])").some(isVisible);

const visibleAgain = (): Promise<unknown> =>
  new Promise((resolve) => addEventListener("visibilitychange", resolve, { once: true }));

/** Looks again every half second, and only while somebody waits. False when time is up. */
export const whenQuiet = async (until: number, busy = () => false): Promise<boolean> => {
  while (busy() || wouldInterrupt()) {
    if (now() > until) return false;
    await (document.hidden ? visibleAgain() : sleep(LOOK_AGAIN));
  }
  return now() <= until;
};
