/**
 * Loaded only where a survey may be asked because of what a backend did: reads the stream that says
 * so. chunks.ts says how it meets the loader.
 */

import {
  currentRules,
  keep,
  keepOnly,
  key,
  load,
  noticeVersion,
  postAs,
  ready,
} from "../../core/from_loader.ts";
import { ignore, listen, quietly } from "../../core/quietly.ts";
import { backoff, later, now } from "../../core/time.ts";
import { followWithdrawal } from "../follow_withdrawal.ts";
import { parseStream } from "./parse_stream.ts";

/** The server beats every 15 s: after three missed beats the line is dead. */
const SILENCE = 45_000;

/** Other windows of this browser have no stream of their own: they hear of rules through here. */
const RULES = ":rules";

let live: string[] | undefined;

/** What stands in the page goes as an open popup does, and what has come alive is watched for. */
const watchLive = quietly(async (): Promise<void> => {
  if (live && currentRules().moments) (await load("moments"))?.keepOnly_(live);
});

const takeRules = quietly(async (data: string): Promise<void> => {
  const { version, surveys } = JSON.parse(data);
  live = surveys;
  keepOnly(surveys);
  watchLive();
  await noticeVersion(version);
  watchLive();
});

listen(window, "storage", (event: StorageEvent) => {
  if (event.key === key + RULES && event.newValue) takeRules(event.newValue);
});

// Loaded ahead, so that an invitation does not wait for it.
load("leftover");

const takeInvitation = quietly(
  async (data: string): Promise<void> =>
    (await load("leftover"))?.askInvitation_(JSON.parse(data).invitation),
);

/** What the stream says. */
const hear = (event: string, data: string): void => {
  if (event === "invitation") takeInvitation(data);
  if (event === "rules") {
    takeRules(data);
    keep(RULES, data);
  }
  if (event === "reconnect") update(true);
};

/** Whether another try is welcome. */
const read = async (signal: AbortSignal): Promise<boolean> => {
  const response = await postAs("live", {}, signal);
  if (!response?.ok) return !!response && response.status !== 403 && response.status !== 404;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const feed = parseStream(quietly(hear));
  for (;;) {
    const dead = later(SILENCE, () => reader.cancel());
    const { done, value } = await reader.read();
    clearTimeout(dead);
    if (done) return true;
    feed(decoder.decode(value, { stream: true }));
    // With the rules that came meanwhile; the server beats every 15 s.
    if (!currentRules().live) stop();
  }
};

const wait = (ms: number, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener("abort", resolve);
  });

const stream = async (signal: AbortSignal): Promise<void> => {
  for (let tries = 0; ; ) {
    const began = now();
    const again = await read(signal).catch(() => true);
    if (signal.aborted || !again) return;
    // A line that lasted was a good one; one that ends at once is tried ever less often.
    tries = now() - began > SILENCE ? 0 : tries + 1;
    await wait(backoff(tries), signal);
  }
};

const { locks } = navigator;

/** One stream a browser: the window that holds the lock, or the one that has the focus. */
const streamAlone = async (signal: AbortSignal): Promise<void> => {
  const run = () => stream(signal);
  if (locks) await locks.request(key, { signal }, run);
  else if (document.hasFocus()) await run();
};

let control: AbortController | undefined;

const stop = (): void => {
  control?.abort();
  control = undefined;
};

/** Only a visible window streams. */
const update = (anew?: boolean): void => {
  if (anew || !currentRules().live || document.hidden) stop();
  if (control || !currentRules().live || document.hidden) return;
  control = new AbortController();
  streamAlone(control.signal).catch(ignore);
};

followWithdrawal(key);
listen(window, "visibilitychange pageshow", () => update());
// The browser may keep the page for the way back, and would not with an open stream.
listen(window, "pagehide", stop);
// Where there are no locks (plain http), the stream goes with the focus.
if (!locks) listen(window, "focus blur", () => update(true));
ready(update);
