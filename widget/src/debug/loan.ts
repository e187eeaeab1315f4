import type { LentScript } from "../handover.ts";

export const [ready, post, , , recall, , currentRules, matchUrl, currentToken, wouldInterrupt] = (
  document.currentScript as LentScript
).sayso;
