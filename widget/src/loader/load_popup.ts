import type { OpenPopup, PopupScript } from "../handover.ts";
import { deliver, post } from "./call.ts";
import { keep, recall } from "./keep.ts";
import { rules } from "./rules.ts";
import { base, nonce } from "./tag.ts";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** Hosts that enforce trusted types may allow our policy by its name, "sayso". */
const trust = (url: string): string =>
  (window as Window & { trustedTypes?: TrustedTypes }).trustedTypes
    ?.createPolicy("sayso", { createScriptURL: (own) => own })
    .createScriptURL(url) || url;

let loading: Promise<OpenPopup> | undefined;

/** The popup's code comes once, at the first match, beside the decision. */
export const loadPopup = (): Promise<OpenPopup> => {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script") as PopupScript;
    script.nonce = nonce;
    script.crossOrigin = "anonymous";
    script.sayso = [resolve, post, deliver, keep, recall];
    script.onload = () => script.remove();
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject();
    };
    script.src = trust(new URL(rules.popup, base).href);
    (document.head || document.documentElement).append(script);
  });
  return loading;
};
