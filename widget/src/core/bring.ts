import { runChunk } from "./chunk_script.ts";
import type { Chunks } from "./chunks.ts";
import { base } from "./tag.ts";

/** The build puts in what the names of its own files have in common: they change with the content. */
declare const __SAYSO_BUILD__: string;

/** What a chunk gives back. It is of this build, whatever the server is of. */
export const bring = (name: keyof Chunks, given: object): Promise<unknown> =>
  runChunk(`${base}../../widget/${name}.${__SAYSO_BUILD__}.js`, given);
