import { ignore } from "../quietly.ts";
import { askInvitation } from "./ask.ts";
import { keep } from "./keep.ts";
import { load } from "./load.ts";
import { noticeVersion, rules } from "./rules.ts";
import { keepOnly } from "./show.ts";
import { key } from "./tag.ts";

let control: AbortController | undefined;

/** Other windows of this browser have no stream of their own: they hear of rules through here. */
export const RULES = ":rules";

export const takeRules = (data: string): void => {
  const { version, surveys } = JSON.parse(data);
  keepOnly(surveys);
  noticeVersion(version);
};

/** What the stream says. */
export const hear = (event: string, data: string): void => {
  if (event === "invitation") askInvitation(JSON.parse(data).invitation);
  if (event === "rules") {
    takeRules(data);
    keep(RULES, data);
  }
  if (event === "reconnect") restartLive();
};

const start = (): void => {
  control = new AbortController();
  const { signal } = control;
  const run = async () => (await load("live"))?.(signal);
  (navigator.locks ? navigator.locks.request(key, { signal }, run) : run()).catch(ignore);
};

export const stopLive = (): void => {
  control?.abort();
  control = undefined;
};

/**
 * One stream a browser: only a visible tab that holds the lock. Without locks (plain http)
 * the one window that has the focus.
 */
export const updateLive = (): void => {
  const may = rules.live && !document.hidden && (!!navigator.locks || document.hasFocus());
  if (!may) stopLive();
  else if (!control) start();
};

export const restartLive = (): void => {
  stopLive();
  updateLive();
};
