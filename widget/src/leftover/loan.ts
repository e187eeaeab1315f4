import type { LentScript } from "../handover.ts";

export const [ready, , , , recall, , , , , , , , , , askInvitation] = (
  document.currentScript as LentScript
).sayso;
