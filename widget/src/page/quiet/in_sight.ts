/** Defines what the visitor can see, for dialogs, banners, marks and the page itself. */

/** In px. Anything smaller, such as text only for screen readers, counts as not seen. */
const LEAST = 2;
/** Where to test an element that may be partly cut off or covered: in its middle first. */
const PLACES = [1 / 2, 1 / 8, 7 / 8];

type Point = [x: number, y: number];

/** If the browser cannot tell, the element counts as visible, so that nobody is asked. */
export const isVisible = (element: Element): boolean =>
  element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false;

/** Points on the part of the element inside the window; empty if that is narrower than `least`. */
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

/** Whether a pointer could reach the element if nothing covered it. */
export const isOpenToPointers = (element: Element): boolean =>
  !element.closest("[inert]") && getComputedStyle(element).pointerEvents !== "none";

/** Whether the element is at the point. Hit testing, unlike the box, knows what is clipped. */
export const isThere = (element: Element, [x, y]: Point): boolean =>
  !isOpenToPointers(element) ||
  (element.getRootNode() as Document | ShadowRoot)
    .elementsFromPoint(x, y)
    .some((one) => element.contains(one));

const partsOf = (element: Element): Element[] => [
  ...element.children,
  ...(element.shadowRoot?.children ?? []),
];

/** Whether the element is seen `least` px wide or, if it has no box there, a part of it is. */
export const isInSight = (element: Element, least?: number): boolean => {
  if (!isVisible(element) && getComputedStyle(element).display !== "contents") return false;
  const points = pointsInWindow(element, least);
  return points[0]
    ? points.some((point) => isThere(element, point))
    : partsOf(element).some((part) => isInSight(part, least));
};
