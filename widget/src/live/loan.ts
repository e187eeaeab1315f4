import type { LentScript } from "../handover.ts";

export const [ready, , , , , , , , , , postAs, hear] = (document.currentScript as LentScript).sayso;
