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
  ,
  ,
  ,
  ,
  ,
  on,
  emit,
  ask,
] = (document.currentScript as LentScript).sayso;
