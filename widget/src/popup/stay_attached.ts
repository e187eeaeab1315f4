/** A page that keeps throwing us out is right. */
const TRIES = 5;

/**
 * Appends at the end of the body. Pages that replace their body at a route change take the
 * popup with them, so it comes back with all that was typed. Returns what removes it.
 */
export const stayAttached = (host: HTMLElement): (() => void) => {
  let tries = TRIES;
  const attach = (): void => {
    if (host.isConnected || !tries--) return;
    (document.body || document.documentElement).append(host);
    watcher.observe(host.parentNode as Node, { childList: true });
  };
  const watcher = new MutationObserver(attach);
  watcher.observe(document.documentElement, { childList: true });
  attach();
  return () => {
    watcher.disconnect();
    host.remove();
  };
};
