/** Stands for `loader/load.ts` in the package: the further files are modules of the same build. */
import FILES from "further-files";
import type { Files, Loan } from "../src/handover.ts";
import { lend } from "../src/loader/lend.ts";

/** What has come, or is on its way. */
export const loading: { [K in keyof Files]?: Promise<unknown> } = {};

const bring = async (name: keyof Files): Promise<unknown> => {
  try {
    const file = await FILES[name]?.();
    return (
      file && (await new Promise((ready: Loan[0]) => file.default({ sayso: [ready, ...lend()] })))
    );
  } catch {
    delete loading[name];
  }
};

/** Each further file comes once, when it is first needed; undefined where there is none. */
export const load = <K extends keyof Files>(name: K): Promise<Files[K]> => {
  loading[name] ??= bring(name);
  return loading[name] as Promise<Files[K]>;
};
