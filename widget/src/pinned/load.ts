/**
 * Stands for `loader/load.ts` in the script that a host keeps itself: the further files lie beside it
 * and run only as they were when it was built.
 */
import type { Files, LentScript } from "../handover.ts";
import { lend } from "../loader/lend.ts";
import { nonce } from "../loader/tag.ts";
import { trust } from "../loader/trust.ts";

/** The build puts in, by name, each file and its integrity. */
declare const __SAYSO_FILES__: Record<string, [file: string, integrity: string] | undefined>;

const folder = new URL(".", (document.currentScript as HTMLScriptElement).src).href;
/** What has come, or is on its way. */
export const loading: { [K in keyof Files]?: Promise<unknown> } = {};

/** Each further file comes once, when it is first needed; undefined where this build has none. */
export const load = <K extends keyof Files>(name: K): Promise<Files[K]> => {
  loading[name] ??= new Promise((resolve) => {
    const [file, integrity] = __SAYSO_FILES__[name] ?? [];
    if (!file || !integrity) return resolve(undefined);
    const script = document.createElement("script") as LentScript;
    script.nonce = nonce;
    script.crossOrigin = ""; // without it no browser checks another origin's file
    script.integrity = integrity;
    script.sayso = [resolve, ...lend()];
    script.onerror = () => {
      delete loading[name];
      resolve(undefined);
    };
    script.src = trust(folder + file);
    document.documentElement.append(script);
    script.remove();
  });
  return loading[name] as Promise<Files[K]>;
};
