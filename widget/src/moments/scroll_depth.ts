import { later } from "../loader/time.ts";
import { listen } from "../quietly.ts";
import { happen, waitingFor } from "./happen.ts";

/** A scroll is a burst of events: one look is enough for so long. */
const LOOK_AFTER = 150;
/** A view has its content by then: before, every page is short. */
const CONTENT_AFTER = 1_000;

const isScrollable = (box: Element): boolean =>
  box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY);

/** What scrolls the page: the document or, in an application's shell, the box in its middle. */
const scroller = (): Element => {
  const page = document.scrollingElement || document.documentElement;
  let box =
    page.scrollHeight > page.clientHeight
      ? page
      : document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  while (box && box !== page && !isScrollable(box)) box = box.parentElement;
  return box || page;
};

/** Percent of what can be scrolled; a page shorter than the window is seen whole. */
const depth = (): number => {
  const { scrollTop, scrollHeight, clientHeight } = scroller();
  const height = scrollHeight - clientHeight;
  // The last pixel may be a fraction of one.
  return height > 0 ? ((scrollTop + 1) / height) * 100 : 100;
};

let looking: ReturnType<typeof later> | undefined;

const lookAfter = (wait: number): void => {
  clearTimeout(looking);
  looking = later(wait, () => {
    looking = undefined;
    if (document.readyState !== "complete") return lookAfter(CONTENT_AFTER);
    const seen = depth();
    happen("scroll", ({ percent = 0 }) => seen >= percent);
  });
};

export const beginScrollDepth = (): void => {
  if (waitingFor("scroll")[0]) lookAfter(CONTENT_AFTER);
};

export const watchScrollDepth = (): void =>
  listen(window, "scroll", () => {
    if (!looking && waitingFor("scroll")[0]) lookAfter(LOOK_AFTER);
  });
