/**
 * Loaded only where a survey may be asked because of what a backend did: reads the stream that says
 * so. handover.ts says how it meets the loader.
 */
import { backoff, later, now, sleep } from "../loader/time.ts";
import { ignore, quietly } from "../quietly.ts";
import { hear, postAs, ready } from "./loan.ts";
import { parseStream } from "./parse_stream.ts";

/** The server beats every 15 s: after three missed beats the line is dead. */
const SILENCE = 45_000;

let last: string | undefined;

const take = (event: string, data: string, id?: string): void => {
  last = id ?? last;
  hear(event, data);
};

/** Whether another try is welcome. */
const read = async (signal: AbortSignal): Promise<boolean> => {
  const response = await postAs("live", { last }, signal);
  if (!response?.ok) return !!response && response.status !== 403 && response.status !== 404;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const feed = parseStream(quietly(take));
  for (;;) {
    const dead = later(SILENCE, () => reader.cancel());
    const { done, value } = await reader.read();
    clearTimeout(dead);
    if (done) return true;
    feed(decoder.decode(value, { stream: true }));
  }
};

ready(async (signal: AbortSignal): Promise<void> => {
  for (let tries = 0; ; ) {
    const began = now();
    const again = await read(signal).catch(() => true);
    if (signal.aborted || !again) return;
    // A line that lasted was a good one; one that ends at once is tried ever less often.
    tries = now() - began > SILENCE ? 0 : tries + 1;
    await sleep(backoff(tries), signal).catch(ignore);
  }
});
