import { ask, askHere, decide, goOn } from "./ask.ts";
import { deliver, post, postAs } from "./call.ts";
import { emit, on } from "./host_callbacks.ts";
import { currentToken, takeIdentity } from "./identity.ts";
import { wouldInterrupt } from "./interruption.ts";
import { keep, recall } from "./keep.ts";
import { load } from "./load.ts";
import { matchUrl } from "./match_url.ts";
import { keepOnly } from "./open_popup.ts";
import { moved, viewed } from "./page_views.ts";
import { noticeVersion, rules } from "./rules.ts";
import { key, script, tagToken, tagUser } from "./tag.ts";

/**
 * The values that the loader gives to every chunk. The build shortens names that end in an
 * underscore in the same way in the loader and the chunks.
 */
export const forChunks = {
  post_: post,
  deliver_: deliver,
  keep_: keep,
  recall_: recall,
  askHere_: askHere,
  currentRules_: () => rules,
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
  tag_: script,
  user_: tagUser,
  token_: tagToken,
  takeIdentity_: takeIdentity,
  viewed_: viewed,
  decide_: decide,
};

export type ForChunks = typeof forChunks;
