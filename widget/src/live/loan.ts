import type { LentScript } from "../handover.ts";

const [ready, , , keep, , , currentRules, , , , postAs, key, , , askInvitation, keepOnly, notice] =
  (document.currentScript as LentScript).sayso;

export { askInvitation, currentRules, keep, keepOnly, key, notice as noticeVersion, postAs, ready };
