import type { LentScript } from "../handover.ts";

export const [ready] = (document.currentScript as LentScript).sayso;
