/** The first use of Intl costs a page 30 ms, so the zone is looked up only if it is needed. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The description of the page for the server. */
export const here = () => ({
  url: location.href.slice(0, 2_000),
  locale: document.documentElement.lang || navigator.language,
});
