/** Stands for `core/bring.ts` in the package: the chunks are modules of the same build. */
import MODULES from "chunks";
import type { Chunks } from "../core/chunks.ts";

/** What a chunk gives back; undefined where there is none of that name. */
export const bring = async (name: keyof Chunks, given: object): Promise<unknown> => {
  const file = await MODULES[name]?.();
  return file && new Promise((ready_) => file.default({ sayso: { ...given, ready_ } }));
};
