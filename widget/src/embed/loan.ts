import type { LentScript } from "../handover.ts";

export const [
  ready,
  ,
  deliver,
  ,
  recall,
  ,
  currentRules,
  matchUrl,
  ,
  ,
  postAs,
  key,
  load,
  ,
  ,
  ,
  ,
  on,
  emit,
] = (document.currentScript as LentScript).sayso;
