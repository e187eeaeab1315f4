import type { LentScript } from "../handover.ts";

export const [ready, , , , recall, , , , , , , key, , goOn] = (document.currentScript as LentScript)
  .sayso;
