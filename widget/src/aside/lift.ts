/** The host may dim what is behind everything that it opens. */
const UNDIMMED = new CSSStyleSheet();
UNDIMMED.replaceSync(":host::backdrop{display:none!important}");

/** What is fixed has such a parent only where the root is transformed or contained: it scrolls away. */
const isFixedToThePage = (host: HTMLElement): boolean => !!host.offsetParent;

/** Into the top layer, which knows no root. Never over a dialog, beneath which nothing can be used. */
export const lift = (host: HTMLElement, hasModal: () => boolean): void => {
  if (!isFixedToThePage(host) || hasModal()) return;
  const root = host.shadowRoot as ShadowRoot;
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, UNDIMMED])];
  host.popover = "manual";
  host.showPopover();
};
