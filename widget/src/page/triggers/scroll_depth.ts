import { currentRules } from "../../core/from_loader.ts";
import { viewName } from "../../core/match_url.ts";
import { listen } from "../../core/quietly.ts";
import { later } from "../../core/time.ts";
import { happen, waitingFor } from "./happen.ts";

/** In ms. A scroll is a burst of events: one check in this time is enough. */
const LOOK_AFTER = 150;
/** In ms. Time for a view to get its content; until then every page is short. */
const CONTENT_AFTER = 1_000;

const isScrollable = (box: Element): boolean =>
  box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY);

/** The element in the middle of the window, also in open shadow roots. */
const inTheMiddle = (root: Document | ShadowRoot = document): Element | null => {
  const found = root.elementFromPoint(innerWidth / 2, innerHeight / 2);
  // A shadow root may return an element outside of it.
  if (found?.getRootNode() !== root) return null;
  return (found.shadowRoot && inTheMiddle(found.shadowRoot)) || found;
};

/** The parent as rendered: the parent of a slotted element is its slot. */
const around = (element: Element): Element | null =>
  element.assignedSlot || element.parentElement || (element.getRootNode() as ShadowRoot).host;

/** The scroller of the page: the document or, in an application's shell, the box in its middle. */
const scroller = (): Element => {
  const page = document.scrollingElement || document.documentElement;
  let box = page.scrollHeight > page.clientHeight ? page : inTheMiddle();
  while (box && box !== page && !isScrollable(box)) box = around(box);
  return box || page;
};

/** Percent of the scrollable height; 100 for a page shorter than the window. */
const depth = ({ scrollTop, scrollHeight, clientHeight }: Element): number => {
  const height = scrollHeight - clientHeight;
  // `scrollTop` is fractional, and may end less than a pixel short.
  return height > 0 ? ((scrollTop + 1) / height) * 100 : 100;
};

/** The view that scrolls belong to; after a route change they belong to the next view. */
let view = "";
const viewHere = (): string => viewName(currentRules(), location.href);
let looking: ReturnType<typeof later> | undefined;

const lookAfter = (wait: number): void => {
  clearTimeout(looking);
  looking = later(wait, () => {
    looking = undefined;
    if (viewHere() !== view || !waitingFor("scroll")[0]) return;
    if (document.readyState !== "complete") return lookAfter(CONTENT_AFTER);
    const box = scroller();
    const root = box.getRootNode();
    // Scroll events inside a shadow root do not leave it.
    if (root !== document) hearScrolls(root);
    const seen = depth(box);
    happen("scroll", ({ percent = 0 }) => seen >= percent);
  });
};

const heard = new WeakSet<EventTarget>();

const hearScrolls = (root: EventTarget): void => {
  if (heard.has(root)) return;
  heard.add(root);
  listen(root, "scroll", () => {
    if (!looking && waitingFor("scroll")[0]) lookAfter(LOOK_AFTER);
  });
};

export const beginScrollDepth = (): void => {
  view = viewHere();
  if (waitingFor("scroll")[0]) lookAfter(CONTENT_AFTER);
};

export const watchScrollDepth = (): void => hearScrolls(window);
