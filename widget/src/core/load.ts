import { bring } from "./bring.ts";
import type { Chunks } from "./chunks.ts";

let fromLoader: object;

/** Called by the script's entry, because the values for chunks need `load` themselves. */
export const giveToChunks = (all: object): void => {
  fromLoader = all;
};

/** Chunks that are loaded or loading. */
export const loading: { [K in keyof Chunks]?: Promise<unknown> } = {};

/** Loads each chunk once, when first needed. Resolves with undefined on failure. */
export const load = <K extends keyof Chunks>(name: K): Promise<Chunks[K]> => {
  loading[name] ??= bring(name, fromLoader).catch(() => {
    delete loading[name];
  });
  return loading[name] as Promise<Chunks[K]>;
};
