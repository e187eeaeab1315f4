/** A page consists of layers: the scrolling content, and elements fixed over it. */

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

/** The nearest layer around an element; undefined if the element is in the page itself. */
export const layerOf = (element: Element | undefined): Element | undefined => {
  if (!element || isLayer(element)) return element;
  return layerOf(around(element));
};

/** Whether the layer could be the whole page, like an application's shell. */
export const mayBeThePage = (layer: Element | undefined): boolean => !layer || coversWindow(layer);
