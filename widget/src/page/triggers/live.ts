/**
 * Loaded only if a backend may trigger a survey: reads the stream of invitations and rule changes.
 * See chunks.ts for its interface.
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

/** In ms. The server sends a heartbeat every 15 s: after three missed ones the stream is dead. */
const SILENCE = 45_000;

/** Storage name: other windows of this browser have no stream, and get rule changes from here. */
const RULES = ":rules";

let live: string[] | undefined;

/** Removes ended surveys from the page, and watches for newly live ones. */
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

// Preloaded, so that an invitation does not wait for it.
load("leftover");

const takeInvitation = quietly(
  async (data: string): Promise<void> =>
    (await load("leftover"))?.askInvitation_(JSON.parse(data).invitation),
);

/** Handles one event from the stream. */
const hear = (event: string, data: string): void => {
  if (event === "invitation") takeInvitation(data);
  if (event === "rules") {
    takeRules(data);
    keep(RULES, data);
  }
  if (event === "reconnect") update(true);
};

/** Reads the stream to its end. Resolves with whether to reconnect. */
const read = async (signal: AbortSignal): Promise<boolean> => {
  const response = await postAs("live", {}, undefined, signal);
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
    // The rules may have changed in the meantime; each heartbeat runs this check.
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
    // A stream that lasted resets the backoff; one that ends early increases it.
    tries = now() - began > SILENCE ? 0 : tries + 1;
    await wait(backoff(tries), signal);
  }
};

const { locks } = navigator;

/** One stream per browser, in the window with the lock or, without locks, with the focus. */
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
// An open stream would keep the page out of the back/forward cache.
listen(window, "pagehide", stop);
// Without locks (plain http), the stream follows the focus.
if (!locks) listen(window, "focus blur", () => update(true));
ready(update);
