/** A page that removes us this often may have its way. */
const TRIES = 5;

/**
 * Appends the host after the body: a body may be transformed or faded, style its last child, or be
 * replaced at a route change. If the page still removes the host, attaches it again with all typed
 * text; after TRIES attempts, calls `gone`. Returns a function that removes the host.
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
