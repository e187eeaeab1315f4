import type { LentScript } from "../handover.ts";

const [ready, , , keep, , , , , , , postAs, key, askInvitation, restartLive, keepOnly, notice] = (
  document.currentScript as LentScript
).sayso;

export { askInvitation, keep, keepOnly, key, notice as noticeVersion, postAs, ready, restartLive };
