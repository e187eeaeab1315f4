/** A chunk as a script element, for the loaders that have one. */
import { nonce } from "./tag.ts";

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** Hosts that enforce trusted types may allow our policy by its name, "sayso", and once. */
const trust = (url: string): string => {
  policy ??= (window as Window & { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
    "sayso",
    // The address is our own: it stays as it is.
    { createScriptURL: String },
  );
  return policy?.createScriptURL(url) || url;
};

/** Runs the script, which finds `given` on its element; what it gives back. Rejects if it cannot be had. */
export const runChunk = (url: string, given: object, integrity?: string): Promise<unknown> =>
  new Promise((ready_, failed) => {
    const script = document.createElement("script") as HTMLScriptElement & { sayso: object };
    script.nonce = nonce;
    // Anonymous: no cookie travels. Without it no browser checks the integrity of another origin's file.
    script.crossOrigin = "";
    if (integrity) script.integrity = integrity;
    script.sayso = { ...given, ready_ };
    script.onerror = failed;
    script.src = trust(url);
    document.documentElement.append(script);
    // Its loading has begun, so it needs no place in the host's page any more.
    script.remove();
  });
