import { isVisible } from "../loader/occupied.ts";

const touchesWindow = (element: Element, least: number): boolean => {
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  return (
    width > least && height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
  );
};

/** Whether the visitor can see it: wider than `least` itself, or something in it. */
export const isInSight = (element: Element, least = 0): boolean =>
  isVisible(element) &&
  (touchesWindow(element, least) ||
    [...(element.shadowRoot || element).children].some((part) => isInSight(part, least)));
