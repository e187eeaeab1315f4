import { bring } from "./bring.ts";
import type { Chunks } from "./chunks.ts";

let fromLoader: object;

/** Said by the script's entry, since what chunks are given needs `load` itself. */
export const giveToChunks = (all: object): void => {
  fromLoader = all;
};

/** What has come, or is on its way. */
export const loading: { [K in keyof Chunks]?: Promise<unknown> } = {};

/** Each chunk comes once, when it is first needed; undefined where it cannot be had. */
export const load = <K extends keyof Chunks>(name: K): Promise<Chunks[K]> => {
  loading[name] ??= bring(name, fromLoader).catch(() => {
    delete loading[name];
  });
  return loading[name] as Promise<Chunks[K]>;
};
