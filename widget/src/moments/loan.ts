import type { LentScript } from "../handover.ts";

export const [ready, , , , , askHere, currentRules, matchUrl, , , , , load] = (
  document.currentScript as LentScript
).sayso;
