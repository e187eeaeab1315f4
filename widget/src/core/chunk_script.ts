/** Runs a chunk as a script element, for loaders that load chunks by URL. */
import { nonce } from "./tag.ts";

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** Hosts that enforce trusted types can allow our policy, "sayso". It is created only once. */
const trust = (url: string): string => {
  policy ??= (window as Window & { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
    "sayso",
    // The address is our own, so it needs no check.
    { createScriptURL: String },
  );
  return policy?.createScriptURL(url) || url;
};

/** Runs the script with `given` on its element. Resolves with its result; rejects on failure. */
export const runChunk = (url: string, given: object, integrity?: string): Promise<unknown> =>
  new Promise((ready_, failed) => {
    const script = document.createElement("script") as HTMLScriptElement & { sayso: object };
    script.nonce = nonce;
    // Anonymous: no cookies. Browsers need it to check the integrity of another origin's file.
    script.crossOrigin = "";
    if (integrity) script.integrity = integrity;
    script.sayso = { ...given, ready_ };
    script.onerror = failed;
    script.src = trust(url);
    document.documentElement.append(script);
    // Loading has begun, so the element need not stay in the host's page.
    script.remove();
  });
