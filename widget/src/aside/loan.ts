import type { LentScript } from "../handover.ts";

export const [ready, , , , , , , , , , , key] = (document.currentScript as LentScript).sayso;
