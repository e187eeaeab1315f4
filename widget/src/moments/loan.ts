import type { LentScript } from "../handover.ts";

export const [ready, , , , , askHere, currentRules, matchUrl] = (
  document.currentScript as LentScript
).sayso;
