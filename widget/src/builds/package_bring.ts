/** Replaces `core/bring.ts` in the package, where the chunks are modules of the same build. */
import MODULES from "chunks";
import type { Chunks } from "../core/chunks.ts";

/** Runs a chunk. Resolves with its result, or with undefined if there is no such chunk. */
export const bring = async (name: keyof Chunks, given: object): Promise<unknown> => {
  const file = await MODULES[name]?.();
  return file && new Promise((ready_) => file.default({ sayso: { ...given, ready_ } }));
};
