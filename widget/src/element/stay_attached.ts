/** A page that keeps throwing us out is right. */
const TRIES = 5;

/**
 * Appends after the body: a body may be transformed or faded, style its last child, or be replaced
 * at a route change. Should the popup be taken out all the same, it comes back with all that was
 * typed, or is told that it is gone for good. Returns what removes it.
 */
export const stayAttached = (host: HTMLElement, gone?: () => void): (() => void) => {
  let tries = TRIES;
  const attach = (): void => {
    if (host.isConnected) return;
    if (tries--) document.documentElement.append(host);
    else gone?.();
  };
  const watcher = new MutationObserver(attach);
  watcher.observe(document.documentElement, { childList: true });
  attach();
  return () => {
    watcher.disconnect();
    host.remove();
  };
};
