/**
 * Stands for `core/bring.ts` in the script that a host keeps itself: the chunks lie beside it and run
 * only as they were when it was built.
 */
import { runChunk } from "../core/chunk_script.ts";
import type { Chunks } from "../core/chunks.ts";

/** The build puts in, by name, each chunk's file and its integrity. */
declare const __SAYSO_FILES__: Record<string, [file: string, integrity: string] | undefined>;

const folder = (document.currentScript as HTMLScriptElement | null)?.src.replace(/[^/]*$/, "");

/** What a chunk gives back; undefined where this build has none of that name. */
export const bring = async (name: keyof Chunks, given: object): Promise<unknown> => {
  const [file, integrity] = __SAYSO_FILES__[name] ?? [];
  return file && integrity && runChunk(folder + file, given, integrity);
};
