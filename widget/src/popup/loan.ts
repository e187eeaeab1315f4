import type { LentScript } from "../handover.ts";

export const [ready, post, deliver, keep, , , , , , , , , load] = (
  document.currentScript as LentScript
).sayso;
