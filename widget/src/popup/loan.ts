import type { LentScript } from "../handover.ts";

export const [ready, post, deliver, keep, recall, , , , , , , , load] = (
  document.currentScript as LentScript
).sayso;
