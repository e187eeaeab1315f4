import type { LentScript } from "../handover.ts";

export const [ready, post, deliver] = (document.currentScript as LentScript).sayso;
