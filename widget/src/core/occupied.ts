/** What the visitor may be busy with, as far as one quick look at the page shows it. */

export const isFullscreen = (): boolean => !!document.fullscreenElement;

export const focused = (): Element | null => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
