import type { LentScript } from "../handover.ts";

export const [
  ready,
  ,
  ,
  keep,
  ,
  ,
  currentRules,
  ,
  ,
  ,
  postAs,
  key,
  load,
  ,
  askInvitation,
  keepOnly,
  noticeVersion,
] = (document.currentScript as LentScript).sayso;
