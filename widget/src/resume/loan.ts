import type { LentScript } from "../handover.ts";

export const [ready, , , , recall, , , , , , , key, , goOn, , , , , , ask] = (
  document.currentScript as LentScript
).sayso;
