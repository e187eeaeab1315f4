import type { LentScript } from "../handover.ts";

export const [ready, , , , , , currentRules, matchUrl, , , , key] = (
  document.currentScript as LentScript
).sayso;
