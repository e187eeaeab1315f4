/**
 * Stands for `loader/tag.ts` where the script does not come from the server, which is named by the tag
 * of a pinned script or to the package's `init`.
 */
export const script = (document.currentScript || { dataset: {} }) as HTMLScriptElement;

const { project, host } = script.dataset;

/** "https://host/v1/p/pk_…/"; none if the script cannot find its tag, which names both. */
export const base = (
  project && /^https?:/.test(host as string)
    ? new URL((host as string).replace(/\/*$/, `/v1/p/${project}/`)).href
    : undefined
) as string;
/** Prefix of everything that we keep, and the name of the lock: as the served script has it. */
export const key = `sayso:${project}`;
export const nonce = script.nonce;
export const { user: tagUser, token: tagToken, datalayer: tagDatalayer } = script.dataset;
export const tagWaits =
  script.dataset.consent === "wait" || /\?.*consent=wait/.test(script.src) || undefined;

/** Taken before the host can wrap it. */
export const fetch = window.fetch.bind(window);
