import { everywhere, isOurs, topAt } from "./everywhere.ts";
import { isOpenToPointers, isThere, isVisible, pointsInWindow } from "./in_sight.ts";
import { layerOf, mayBeThePage } from "./layer.ts";

/** What a page is used by. A mere text may lie beneath an application's shell for good. */
const PARTS = "a[href],button,input,select,textarea,summary";

/** Whether a pointer and a screen reader come to it; undefined where it is not seen. */
const isReachable = (part: Element, layer: Element | undefined): boolean | undefined => {
  const [middle] = pointsInWindow(part);
  if (!middle || !isVisible(part) || !isThere(part, middle)) return;
  if (!isOpenToPointers(part) || part.closest("[aria-hidden=true]")) return false;
  const top = topAt(...middle) as Element;
  // What lies over it in its own layer belongs to it, as a label does.
  return part.contains(top) || isOurs(top) || layerOf(top) === layer;
};

/**
 * Whether anything of the page itself can be used: nothing can while a modal stands over it, however
 * that is made (a curtain, `inert` or `aria-hidden` on the rest, no pointer events).
 */
export const isPageUsable = (): boolean => {
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
