/** Quick checks for what the visitor may be busy with. */

export const isFullscreen = (): boolean => !!document.fullscreenElement;

export const focused = (): Element | null => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
