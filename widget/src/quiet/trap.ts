import { focused } from "../loader/occupied.ts";
import { isOurs } from "./everywhere.ts";
import { pointsInWindow } from "./in_sight.ts";
import { layerOf } from "./layer.ts";

/** An empty stop of the Tab key that nobody sees: from there the focus is led back. */
const isGuard = (element: Element): boolean =>
  (element as HTMLElement).tabIndex === 0 && !element.firstChild && !pointsInWindow(element)[0];

const isBetweenGuards = (part: Element): boolean => {
  const all = [...(part.parentElement?.children ?? [])];
  const place = all.indexOf(part);
  return all.slice(0, place).some(isGuard) && all.slice(place + 1).some(isGuard);
};

/** Whether the focus is led round in a circle, in something that stands over the page. */
export const isFocusTrapped = (): boolean => {
  let part = document.activeElement && !isOurs(document.activeElement) ? focused() : null;
  if (!layerOf(part ?? undefined)) return false;
  while (part && !isBetweenGuards(part)) part = part.parentElement;
  return !!part;
};
