/** What the visitor may be busy with, as far as one quick look at the page shows it. */

export const isFullscreen = (): boolean => !!document.fullscreenElement;

export const focused = (): Element | null => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};

/** A frame's keys do not reach us, but that there were any in the last seconds does. */
export const isFrameInUse = (element: Element | null): boolean =>
  !!element?.matches("iframe") && navigator.userActivation?.isActive !== false;
