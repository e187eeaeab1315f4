import { currentRules } from "../../core/from_loader.ts";
import { viewName } from "../../core/match_url.ts";
import { listen } from "../../core/quietly.ts";
import { later } from "../../core/time.ts";
import { happen, waitingFor } from "./happen.ts";

/** A scroll is a burst of events: one look is enough for so long. */
const LOOK_AFTER = 150;
/** A view has its content by then: before, every page is short. */
const CONTENT_AFTER = 1_000;

const isScrollable = (box: Element): boolean =>
  box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY);

/** What is in the middle of the window, also within open shadow roots. */
const inTheMiddle = (root: Document | ShadowRoot = document): Element | null => {
  const found = root.elementFromPoint(innerWidth / 2, innerHeight / 2);
  // A shadow root may name what lies outside of it.
  if (found?.getRootNode() !== root) return null;
  return (found.shadowRoot && inTheMiddle(found.shadowRoot)) || found;
};

/** As they are shown: around what a component is given to show lies the component. */
const around = (element: Element): Element | null =>
  element.assignedSlot || element.parentElement || (element.getRootNode() as ShadowRoot).host;

/** What scrolls the page: the document or, in an application's shell, the box in its middle. */
const scroller = (): Element => {
  const page = document.scrollingElement || document.documentElement;
  let box = page.scrollHeight > page.clientHeight ? page : inTheMiddle();
  while (box && box !== page && !isScrollable(box)) box = around(box);
  return box || page;
};

/** Percent of what can be scrolled; a page shorter than the window is seen whole. */
const depth = ({ scrollTop, scrollHeight, clientHeight }: Element): number => {
  const height = scrollHeight - clientHeight;
  // The last pixel may be a fraction of one.
  return height > 0 ? ((scrollTop + 1) / height) * 100 : 100;
};

/** What happens after a route change belongs to the next view. */
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
    // A scroll within a shadow root is heard nowhere else.
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
