/** The worst moment at which an application can start: the popup has just come. */
export const whenAsked = (start) => {
  const look = () => {
    if (!document.querySelector("sayso-survey")) return;
    watcher.disconnect();
    start();
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
  look();
};
