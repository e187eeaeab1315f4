import type { LentScript } from "../handover.ts";

export const [ready, post, deliver, keep, recall] = (document.currentScript as LentScript).sayso;
