/** What the visitor can see: the one definition, for dialogs, banners, marks and the page itself. */

/** In px. What shows less than this, as text for screen readers alone does, is not seen. */
const LEAST = 2;
/** Where to look at what is partly cut off or covered: in its middle first. */
const PLACES = [1 / 2, 1 / 8, 7 / 8];

type Point = [x: number, y: number];

/** A browser that cannot tell has the benefit of the doubt: nobody is asked. */
export const isVisible = (element: Element): boolean =>
  element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false;

/** Points on the part of the element inside the window; none if that is narrower than `least`. */
export const pointsInWindow = (element: Element, least = LEAST): Point[] => {
  const box = element.getBoundingClientRect();
  const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
  const width = Math.min(box.right, innerWidth) - left;
  const height = Math.min(box.bottom, innerHeight) - top;
  if (width < least || height < LEAST) return [];
  return PLACES.flatMap((down) =>
    PLACES.map((along): Point => [left + along * width, top + down * height]),
  );
};

/** Whether a pointer could come to it, if nothing lay over it. */
export const isOpenToPointers = (element: Element): boolean =>
  !element.closest("[inert]") && getComputedStyle(element).pointerEvents !== "none";

/** A box also reaches where an ancestor cuts it off; a pointer knows better, whatever lies over it. */
export const isThere = (element: Element, [x, y]: Point): boolean =>
  !isOpenToPointers(element) ||
  (element.getRootNode() as Document | ShadowRoot)
    .elementsFromPoint(x, y)
    .some((one) => element.contains(one));

const partsOf = (element: Element): Element[] => [
  ...element.children,
  ...(element.shadowRoot?.children ?? []),
];

/** Whether it is seen: at least so wide itself or, if it has no place in the window, something in it. */
export const isInSight = (element: Element, least?: number): boolean => {
  if (!isVisible(element) && getComputedStyle(element).display !== "contents") return false;
  const points = pointsInWindow(element, least);
  return points[0]
    ? points.some((point) => isThere(element, point))
    : partsOf(element).some((part) => isInSight(part, least));
};
