import { currentRules, matchUrl } from "../../core/from_loader.ts";
import { quietly } from "../../core/quietly.ts";
import { later, now } from "../../core/time.ts";

/** In ms. Minimum time between checks of a page that changes all the time. */
const TOGETHER = 250;
/** In ms. Interval of checks whether the popup may return. */
const LOOK_AGAIN = 500;
/** In ms. A press meant for the page must not answer a popup that has just returned. */
const TOO_EARLY = 400;

/** Attributes that a dialog may change when it opens or closes. */
const MARKS = "open role aria-modal aria-hidden inert popover hidden class style".split(" ");
const SIGNS = "focusin toggle transitionend animationend popstate hashchange".split(" ");

const isExcluded = (): boolean =>
  !!currentRules().excluded?.some((rule) => matchUrl(rule, location.href));

/**
 * Hides the popup, with its answers and typed text, while the page has a modal open or is excluded
 * by the project. A popup opened manually over a modal stays over that modal.
 */
export const makeWay = (
  drawn: HTMLElement,
  hasModal: () => boolean,
  byHand: boolean,
  signal: AbortSignal,
): void => {
  let waiting: ReturnType<typeof later> | undefined;
  let looked = 0;
  let overModal = byHand;

  const show = (): void => {
    drawn.hidden = false;
    drawn.style.pointerEvents = "none";
    later(TOO_EARLY, () => {
      drawn.style.pointerEvents = "";
    });
  };
  const { navigation } = window as Window & { navigation?: EventTarget };
  const look = quietly((): void => {
    if (signal.aborted) return;
    clearTimeout(waiting);
    looked = now();
    const modal = hasModal();
    overModal &&= modal;
    const away = (modal && !overModal) || isExcluded();
    // Without the Navigation API, no event reports every change of the address.
    if (away || !navigation) lookAfter(LOOK_AGAIN);
    if (drawn.hidden && !away) show();
    drawn.hidden = away;
  });
  const lookAfter = (wait: number): void => {
    clearTimeout(waiting);
    waiting = later(wait, look);
  };
  const lookSoon = (): void => {
    if (!drawn.hidden) lookAfter(looked + TOGETHER - now());
  };

  const changes = new MutationObserver(lookSoon);
  changes.observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: MARKS,
  });
  navigation?.addEventListener("currententrychange", look, { signal });
  for (const type of SIGNS)
    addEventListener(type, lookSoon, { signal, capture: true, passive: true });
  signal.addEventListener("abort", () => changes.disconnect());
  look();
};
