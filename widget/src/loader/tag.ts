/** What the script tag says. Read at once: `currentScript` is gone after the first task. */
export const script = document.currentScript as HTMLScriptElement;

/** "https://host/v1/p/pk_…/" */
export const base = new URL(".", script.src).href;
/** Prefix of everything that we keep, and the name of the lock. */
export const key = `sayso:${base.split("/").slice(-2)[0]}`;
export const nonce = script.nonce;
export const {
  user: tagUser,
  token: tagToken,
  consent: tagConsent,
  datalayer: tagDatalayer,
} = script.dataset;

/** Taken before the host can wrap it. */
export const fetch = window.fetch.bind(window);
