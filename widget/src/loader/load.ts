import type { Files, LentScript } from "../handover.ts";
import { lend } from "./lend.ts";
import { rules } from "./rules.ts";
import { base, nonce } from "./tag.ts";
import { trust } from "./trust.ts";

/** What has come, or is on its way. */
export const loading: { [K in keyof Files]?: Promise<unknown> } = {};

/** Each further file comes once, when it is first needed; all are named as the popup's is. */
export const load = <K extends keyof Files>(name: K): Promise<Files[K]> => {
  loading[name] ??= new Promise((resolve) => {
    const script = document.createElement("script") as LentScript;
    script.nonce = nonce;
    script.crossOrigin = ""; // anonymous: no cookie travels
    script.sayso = [resolve, ...lend()];
    script.onerror = () => {
      delete loading[name];
      resolve(undefined);
    };
    script.src = trust(base + rules.popup.replace("popup", name));
    document.documentElement.append(script);
    // Its loading has begun, so it needs no place in the host's page any more.
    script.remove();
  });
  return loading[name] as Promise<Files[K]>;
};
