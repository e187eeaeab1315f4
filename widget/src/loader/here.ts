/** The page, as the server is told of it. */
export const here = () => ({
  url: location.href.slice(0, 2_000),
  locale: document.documentElement.lang || navigator.language,
});
