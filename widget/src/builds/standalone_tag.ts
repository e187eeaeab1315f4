/**
 * Replaces `core/tag.ts` in a script that does not come from the server. The tag of a pinned
 * script, or the package's `init`, names the server.
 */
export const script = (document.currentScript || { dataset: {} }) as HTMLScriptElement;

const { project, host } = script.dataset;

/** "https://host/v1/p/pk_…/"; undefined if the script finds no tag with project and host. */
export const base = (
  project && /^https?:/.test(host as string)
    ? new URL((host as string).replace(/\/*$/, `/v1/p/${project}/`)).href
    : undefined
) as string;
/** Prefix of all storage keys, and the name of the lock; the same as in the served script. */
export const key = `sayso:${project}`;
export const nonce = script.nonce;
export const { user: tagUser, token: tagToken, datalayer: tagDatalayer } = script.dataset;
export const tagWaits =
  script.dataset.consent === "wait" || /\?.*consent=wait/.test(script.src) || undefined;

/** Saved before the host can wrap it. */
export const fetch = window.fetch.bind(window);
