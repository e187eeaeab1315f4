/**
 * Replaces `core/bring.ts` in the script that a host serves itself. The chunks are in the same
 * folder and run only if they match the integrity from the build.
 */
import { runChunk } from "../core/chunk_script.ts";
import type { Chunks } from "../core/chunks.ts";

/** Each chunk's file and integrity, by name. The build fills this in. */
declare const __SAYSO_FILES__: Record<string, [file: string, integrity: string] | undefined>;

const folder = (document.currentScript as HTMLScriptElement | null)?.src.replace(/[^/]*$/, "");

/** Runs a chunk. Resolves with its result, or with undefined if this build has no such chunk. */
export const bring = async (name: keyof Chunks, given: object): Promise<unknown> => {
  const [file, integrity] = __SAYSO_FILES__[name] ?? [];
  return file && integrity && runChunk(folder + file, given, integrity);
};
