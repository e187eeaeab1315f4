/**
 * Keeps answers until the server has acknowledged them. Loaded when a popup opens, and if an
 * earlier page has left answers. See chunks.ts for its interface.
 */
import { asText } from "../core/as_text.ts";
import { ANSWERS, type KeepAnswers } from "../core/chunks.ts";
import { deliver, keep, post, ready, recall } from "../core/from_loader.ts";
import { ignore, listen } from "../core/quietly.ts";
import type { Answer, Stored } from "../core/wire.ts";

interface Kept {
  answers: Answer[];
  complete: boolean;
}

/** Answers by invitation. Read each time, because another tab writes there too. */
const kept = (): Record<string, Kept> => {
  try {
    return JSON.parse(recall(ANSWERS) || "") || {};
  } catch {
    return {};
  }
};

const put = (invitation: string, entry?: Kept): void => {
  const all = kept();
  if (entry) all[invitation] = entry;
  else delete all[invitation];
  keep(ANSWERS, Object.keys(all)[0] && asText(all));
};

/** Answers that are being sent, by invitation. */
const sending = new Map<string, string>();

/** One request at a time per invitation, so that an older answer never arrives last. */
const send = async (invitation: string): Promise<Stored | undefined> => {
  const entry = kept()[invitation];
  if (!entry || sending.has(invitation)) return;
  const sent = asText(entry);
  sending.set(invitation, sent);
  const reply = await deliver(() => post("responses", { invitation, ...entry }));
  sending.delete(invitation);
  if (reply === undefined) return;
  if (asText(kept()[invitation]) !== sent) return send(invitation);
  put(invitation);
  return reply;
};

/** The next page delivers answers that this page cannot deliver. */
const answer: KeepAnswers = (invitation, answers, complete) => {
  put(invitation, { answers, complete });
  return send(invitation);
};

/** When the page closes, sends answers that still wait for an open request. */
const hurry = (): void => {
  const all = kept();
  for (const [invitation, sent] of sending) {
    const entry = all[invitation];
    if (entry && asText(entry) !== sent) {
      post("responses", { invitation, ...entry }).catch(ignore);
    }
  }
};

for (const invitation of Object.keys(kept())) send(invitation);
listen(window, "pagehide", hurry);
ready(answer);
