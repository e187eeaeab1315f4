import type { Area } from "./stand.ts";

/** A pinch is more than this. */
const CLOSER = 1.01;

/** What can be seen: less than the window while a keyboard is up; not while one looks closer. */
export const room = (): Area => {
  const { offsetLeft, offsetTop, width, height, scale } = visualViewport as VisualViewport;
  if (scale > CLOSER) return { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  return {
    left: offsetLeft,
    top: offsetTop,
    right: offsetLeft + width,
    bottom: offsetTop + height,
  };
};

/** Where it would be if it had not been moved, and were not on its way. */
export const restOf = (box: HTMLElement): Area => {
  const { left, top, right, bottom } = box.getBoundingClientRect();
  const moved = getComputedStyle(box).translate.split(" ").map(Number.parseFloat);
  const [x, y] = [moved[0] || 0, moved[1] || 0];
  return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
};
