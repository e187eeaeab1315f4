import { ignore, quietly } from "../quietly.ts";
import { askInvitation } from "./ask.ts";
import { postAs, unwanted } from "./call.ts";
import { keep } from "./keep.ts";
import { parseStream } from "./parse_stream.ts";
import { noticeVersion, rules } from "./rules.ts";
import { keepOnly } from "./show.ts";
import { key } from "./tag.ts";
import { backoff, later, now, sleep } from "./time.ts";

/** The server beats every 15 s: after three missed beats the line is dead. */
const SILENCE = 45_000;

let control: AbortController | undefined;
let last: string | undefined;

/** Other windows of this browser have no stream of their own: they hear of rules through here. */
export const RULES = ":rules";

export const takeRules = (data: string): void => {
  const { version, surveys } = JSON.parse(data);
  keepOnly(surveys);
  noticeVersion(version);
};

const take = (event: string, data: string, id?: string): void => {
  last = id ?? last;
  if (event === "invitation") askInvitation(JSON.parse(data).invitation);
  if (event === "rules") {
    takeRules(data);
    keep(RULES, data);
  }
  if (event === "reconnect") restartLive();
};

const read = async (signal: AbortSignal): Promise<void> => {
  const response = await postAs("live", { last }, signal);
  if (!response?.ok) return;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const feed = parseStream(quietly(take));
  for (;;) {
    const dead = later(SILENCE, () => reader.cancel());
    const { done, value } = await reader.read();
    clearTimeout(dead);
    if (done) return;
    feed(decoder.decode(value, { stream: true }));
  }
};

const stream = async (signal: AbortSignal): Promise<void> => {
  for (let tries = 0; ; ) {
    const began = now();
    await read(signal).catch(ignore);
    if (signal.aborted || unwanted) return;
    // A line that lasted was a good one; one that ends at once is tried ever less often.
    tries = now() - began > SILENCE ? 0 : tries + 1;
    await sleep(backoff(tries), signal);
  }
};

const start = (): void => {
  control = new AbortController();
  const { signal } = control;
  const run = () => stream(signal).catch(ignore);
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
