/** Defines a modal: something that the visitor has to use before the page. */

import { focused } from "../../core/occupied.ts";
import { everywhere, isOurs, topAt } from "./everywhere.ts";
import { isInSight, isOpenToPointers, isThere, isVisible, pointsInWindow } from "./in_sight.ts";
import { around, layerOf, mayBeThePage } from "./layer.ts";

/** Controls. Text does not count, because it may always lie beneath an application's shell. */
const PARTS = "a[href],button,input,select,textarea,summary";

/** Whether a pointer and a screen reader can reach the part; undefined if it is not seen. */
const isReachable = (part: Element, layer: Element | undefined): boolean | undefined => {
  const [middle] = pointsInWindow(part);
  if (!middle || !isVisible(part) || !isThere(part, middle)) return;
  if (!isOpenToPointers(part) || part.closest("[aria-hidden=true]")) return false;
  const top = topAt(...middle) as Element;
  // An element over it in the same layer belongs to it, as a label does.
  return part.contains(top) || isOurs(top) || layerOf(top) === layer;
};

/**
 * Whether any part of the page itself can be used. While a modal is open, no part can, however the
 * modal is built (a curtain, `inert` or `aria-hidden` on the rest, no pointer events).
 */
const isPageUsable = (): boolean => {
  const layers = new Map<Element | undefined, boolean>();
  for (const part of everywhere(PARTS)) {
    if (!pointsInWindow(part)[0]) continue;
    const layer = layerOf(part);
    if (layers.get(layer)) continue;
    const reachable = isReachable(part, layer);
    if (reachable !== undefined) layers.set(layer, reachable);
    if (reachable && !layer) return true;
  }
  const page = layers.has(undefined) ? undefined : [...layers.keys()].find(mayBeThePage);
  return layers.get(page) ?? true;
};

/** An empty, invisible tab stop, which a focus trap uses to send the focus back. */
const isGuard = (element: Element): boolean =>
  (element as HTMLElement).tabIndex === 0 && !element.firstChild && !pointsInWindow(element)[0];

const isBetweenGuards = (part: Element): boolean => {
  const all = [...(part.parentElement?.children ?? [])];
  const place = all.indexOf(part);
  return all.slice(0, place).some(isGuard) && all.slice(place + 1).some(isGuard);
};

/** Whether the focus is trapped in a layer over the page. */
const isFocusTrapped = (): boolean => {
  let part = document.activeElement && !isOurs(document.activeElement) ? focused() : null;
  if (!layerOf(part ?? undefined)) return false;
  while (part && !isBetweenGuards(part)) part = part.parentElement;
  return !!part;
};

/** `:is` ignores selectors that a browser does not know. */
const DIALOG =
  ":is(:modal,dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],:popover-open)";
const TIP = ":is([role=tooltip],[popover=hint])";
const CLOSED = ":is([inert],[aria-hidden=true])";

const OPEN = `${DIALOG}:not(${TIP},${CLOSED},${CLOSED} *)`;

/** A permanent search box in a page's header may have this role too. */
const BY_ROLE_ALONE = "[role=dialog]:not(dialog,[aria-modal=true],[popover])";

const liesOver = (element: Element | undefined): boolean =>
  !!element &&
  (/fixed|absolute/.test(getComputedStyle(element).position) || liesOver(around(element)));

const isOpen = (dialog: Element): boolean =>
  isInSight(dialog) && (!dialog.matches(BY_ROLE_ALONE) || liesOver(dialog));

export const hasModal = (): boolean =>
  everywhere(OPEN).some(isOpen) ||
  getComputedStyle(document.body).pointerEvents === "none" ||
  isFocusTrapped() ||
  !isPageUsable();
