import type { LentScript } from "../handover.ts";

export const [ready, , , , , , , , , , , , , , , , , on, , , , datalayer] = (
  document.currentScript as LentScript
).sayso;
