/** A page is made of layers: what scrolls with it, and what stands over that. */

const coversWindow = (element: Element): boolean => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return left <= 0 && top <= 0 && right >= innerWidth && bottom >= innerHeight;
};

const isLayer = (element: Element): boolean => {
  const { position } = getComputedStyle(element);
  return (
    /fixed|sticky/.test(position) ||
    (position === "absolute" && (element.parentElement === document.body || coversWindow(element)))
  );
};

export const around = (element: Element): Element | undefined =>
  element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host;

/** The nearest layer that an element belongs to; none if it lies in the page itself. */
export const layerOf = (element: Element | undefined): Element | undefined => {
  if (!element || isLayer(element)) return element;
  return layerOf(around(element));
};

/** Whether it could be all of a page, as the shell of an application is. */
export const mayBeThePage = (layer: Element | undefined): boolean => !layer || coversWindow(layer);
