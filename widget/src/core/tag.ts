/** The script tag. Read at once, because `currentScript` is unset after the first task. */
export const script = (document.currentScript || { dataset: {} }) as HTMLScriptElement;

const ADDRESS = /^([^?]+\/v1\/p\/([^/]+)\/)sayso\.js(.*consent=wait)?/;

/**
 * "https://host/v1/p/pk_…/", the project's key, and the consent option in the address. Undefined if
 * the script was copied, bundled or inlined, because its server is unknown then.
 */
export const [, base, project, asked] = (ADDRESS.exec(script.src) ?? []) as unknown as [
  whole: string,
  base: string,
  project: string,
  asked?: string,
];
/** Prefix of all storage keys, and the name of the lock. */
export const key = `sayso:${project}`;
export const nonce = script.nonce;
export const { user: tagUser, token: tagToken, datalayer: tagDatalayer } = script.dataset;
/** Tag managers re-insert the script and lose its attributes, but rarely its address. */
export const tagWaits = asked || script.dataset.consent === "wait" || undefined;

/** Saved before the host can wrap it. */
export const fetch = window.fetch.bind(window);
