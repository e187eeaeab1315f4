import type { LentScript } from "../handover.ts";

export const [ready, , , , , , currentRules, matchUrl, , , , key, load] = (
  document.currentScript as LentScript
).sayso;
