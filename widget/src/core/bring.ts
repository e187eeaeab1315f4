import { runChunk } from "./chunk_script.ts";
import type { Chunks } from "./chunks.ts";
import { base } from "./tag.ts";

/** The hash in the file names of this build, which changes with the content. Set by the build. */
declare const __SAYSO_BUILD__: string;

/** Loads a chunk of this build, even if the server has a newer one. Resolves with its result. */
export const bring = (name: keyof Chunks, given: object): Promise<unknown> =>
  runChunk(`${base}../../widget/${name}.${__SAYSO_BUILD__}.js`, given);
