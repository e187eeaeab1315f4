import type { LentScript } from "../handover.ts";

export const [ready, , , , , , , , , , , , , , , , , , , , moved] = (
  document.currentScript as LentScript
).sayso;
