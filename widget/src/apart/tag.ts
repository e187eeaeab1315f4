/**
 * Stands for `loader/tag.ts` where the script does not come from the server, which is named by the tag
 * of a pinned script or to the package's `init`.
 */
export const script = document.currentScript as HTMLScriptElement;

const { project, host } = script.dataset;

/** "https://host/v1/p/pk_…/" */
export const base = new URL(`${host}`.replace(/\/*$/, `/v1/p/${project}/`)).href;
/** Prefix of everything that we keep, and the name of the lock: as the served script has it. */
export const key = `sayso:${project}`;
export const nonce = script.nonce;
export const {
  user: tagUser,
  token: tagToken,
  consent: tagConsent,
  datalayer: tagDatalayer,
} = script.dataset;

/** Taken before the host can wrap it. */
export const fetch = window.fetch.bind(window);
