import type { LentScript } from "../handover.ts";

export const [ready, , , , , , , , , , , , , , , , , , emit, ask] = (
  document.currentScript as LentScript
).sayso;
