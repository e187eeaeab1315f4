/** What the visitor may be busy with, as far as the page shows it. */

export const some = <K extends Element>(selector: string, test: (element: K) => boolean): boolean =>
  [...document.querySelectorAll<K>(selector)].some(test);

/** Muted moving decoration does not count. */
export const isWatching = (): boolean =>
  some<HTMLVideoElement>(
    "video",
    (video) => !video.paused && !(video.muted && (video.autoplay || video.loop)),
  );

/** A browser that cannot tell has the benefit of the doubt: nobody is asked. */
export const isVisible = (element: Element): boolean =>
  element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false;

/** `:is` forgives a browser that does not know `:modal`. */
const MODAL = ":is(:modal,[aria-modal=true]:not([aria-hidden=true]))";

export const hasModal = (): boolean => some(MODAL, isVisible);

export const isFullscreen = (): boolean => !!document.fullscreenElement;

export const focused = (): Element | null => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
