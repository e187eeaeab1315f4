/** What the script tag says. Read at once: `currentScript` is gone after the first task. */
export const script = (document.currentScript || { dataset: {} }) as HTMLScriptElement;

const ADDRESS = /^([^?]+\/v1\/p\/([^/]+)\/)sayso\.js(.*consent=wait)?/;

/**
 * "https://host/v1/p/pk_…/", the project's key, and what the address says of consent. None where the
 * script was copied, bundled or written into the page: whose server it is of cannot be known then.
 */
export const [, base, project, asked] = (ADDRESS.exec(script.src) ?? []) as unknown as [
  whole: string,
  base: string,
  project: string,
  asked?: string,
];
/** Prefix of everything that we keep, and the name of the lock. */
export const key = `sayso:${project}`;
export const nonce = script.nonce;
export const { user: tagUser, token: tagToken, datalayer: tagDatalayer } = script.dataset;
/** Tag managers put the script in anew and lose its attributes, but hardly ever its address. */
export const tagWaits = asked || script.dataset.consent === "wait" || undefined;

/** Taken before the host can wrap it. */
export const fetch = window.fetch.bind(window);
