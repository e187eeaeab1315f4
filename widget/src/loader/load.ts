import type { Files, LentScript } from "../handover.ts";
import { lend } from "./lend.ts";
import { base, nonce } from "./tag.ts";
import { trust } from "./trust.ts";

/** The build puts in what the names of its own files have in common: they change with the content. */
declare const __SAYSO_BUILD__: string;

/** What has come, or is on its way. */
export const loading: { [K in keyof Files]?: Promise<unknown> } = {};

/** Each further file comes once, when it is first needed, and is of this build whatever the server is of. */
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
    script.src = trust(`${base}../../widget/${name}.${__SAYSO_BUILD__}.js`);
    document.documentElement.append(script);
    // Its loading has begun, so it needs no place in the host's page any more.
    script.remove();
  });
  return loading[name] as Promise<Files[K]>;
};
