/**
 * The values that a chunk gets from its loader. Each chunk is built with its own copy of this file;
 * the build keeps only the names that the chunk uses.
 */
import type { Chunks } from "./chunks.ts";
import type { ForChunks } from "./for_chunks.ts";

export interface ChunkScript extends HTMLScriptElement {
  sayso: ForChunks & { ready_: (given: unknown) => void };
}

const fromLoader = () => (document.currentScript as ChunkScript).sayso;

export const {
  post_: post,
  deliver_: deliver,
  keep_: keep,
  recall_: recall,
  askHere_: askHere,
  currentRules_: currentRules,
  matchUrl_: matchUrl,
  currentToken_: currentToken,
  wouldInterrupt_: wouldInterrupt,
  postAs_: postAs,
  key_: key,
  load_: load,
  goOn_: goOn,
  keepOnly_: keepOnly,
  noticeVersion_: noticeVersion,
  on_: on,
  emit_: emit,
  ask_: ask,
  moved_: moved,
  tag_: tag,
  user_: user,
  token_: token,
  takeIdentity_: takeIdentity,
  viewed_: viewed,
  decide_: decide,
} = fromLoader();

/** Passes the chunk's result to the loader. Call this once, while the chunk's script runs. */
export const ready = (given: Chunks[keyof Chunks]): void => fromLoader().ready_(given);
