import { currentRules, matchUrl } from "../../core/from_loader.ts";
import { quietly } from "../../core/quietly.ts";
import { later, now } from "../../core/time.ts";

/** A page that changes all the time is looked at no more often. */
const TOGETHER = 250;
/** How often it is looked whether the way is free again. */
const LOOK_AGAIN = 500;
/** A press meant for what lay under it as it came back must not answer it. */
const TOO_EARLY = 400;

/** What a dialog that opens or closes may change. */
const MARKS = "open role aria-modal aria-hidden inert popover hidden class style".split(" ");
const SIGNS = "focusin toggle transitionend animationend popstate hashchange".split(" ");

const isExcluded = (): boolean =>
  !!currentRules().excluded?.some((rule) => matchUrl(rule, location.href));

/**
 * Takes what it drew out of sight, with all that was said and typed in it, while the page has a modal
 * open or is one that the project excludes. What was opened by hand over a modal stays over that one.
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
    // Without the Navigation API nobody tells of every change of the address.
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
