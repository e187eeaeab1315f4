import type { PopupScript } from "../handover.ts";

export const [ready, post, deliver, keep, recall] = (document.currentScript as PopupScript).sayso;
