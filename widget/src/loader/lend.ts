import type { Loan } from "../handover.ts";
import { ask, askHere, askInvitation, decide, goOn } from "./ask.ts";
import { deliver, post, postAs } from "./call.ts";
import { emit, on } from "./host_callbacks.ts";
import { currentToken, takeIdentity } from "./identity.ts";
import { wouldInterrupt } from "./interruption.ts";
import { keep, recall } from "./keep.ts";
import { load } from "./load.ts";
import { matchUrl } from "./match_url.ts";
import { moved, viewed } from "./page_views.ts";
import { noticeVersion, rules } from "./rules.ts";
import { keepOnly } from "./show.ts";
import { key, script, tagDatalayer, tagToken, tagUser } from "./tag.ts";

type Rest<T extends unknown[]> = T extends [unknown, ...infer More] ? More : never;

/** What each further file is lent, but for the place where it puts what it gives back. */
export const lend = (): Rest<Loan> => [
  post,
  deliver,
  keep,
  recall,
  askHere,
  () => rules,
  matchUrl,
  currentToken,
  wouldInterrupt,
  postAs,
  key,
  load,
  goOn,
  askInvitation,
  keepOnly,
  noticeVersion,
  on,
  emit,
  ask,
  moved,
  tagDatalayer,
  script,
  tagUser,
  tagToken,
  takeIdentity,
  viewed,
  decide,
];
