import type { LentScript } from "../handover.ts";

export const [ready, , , , recall, , , , , , , key] = (document.currentScript as LentScript).sayso;
