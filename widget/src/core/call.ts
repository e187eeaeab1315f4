import { asText } from "./as_text.ts";
import { currentToken, me } from "./identity.ts";
import { ignore } from "./quietly.ts";
import { noticeVersion } from "./rules.ts";
import { base, fetch } from "./tag.ts";
import { backoff, now, sleep } from "./time.ts";
import { unwanted, want } from "./unwanted.ts";
import type { Reply } from "./wire.ts";

/** Sends the body as text/plain without custom headers: a simple request needs no preflight. */
export const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(base + path, {
    method: "POST",
    body: asText(body),
    credentials: "omit",
    signal: signal as AbortSignal,
    // All requests may outlive the page, except a stream, which has a signal.
    keepalive: !signal,
  });

/** A call that sends visitor and token. Pass `who` if it may be repeated after a log-out. */
export const postAs = async (
  path: string,
  body: object,
  who = me,
  signal?: AbortSignal,
): Promise<Response | undefined> => {
  if (path !== "identify") await who.identified_;
  for (let again = false; !unwanted; again = true) {
    const token = await currentToken(who);
    const response = await post(path, { visitor: who.visitor_, token, ...body }, signal);
    const { status } = response;
    if (status === 403 || status === 404) want(false);
    if (status !== 401 || !token) return response;
    // A function may return one fresh token; a refused string, which is its own token, is dropped.
    if (again || who.token_ === who.source_) who.source_ = undefined;
    who.token_ = undefined;
  }
};

const QUARTER_HOUR = 900_000;

/** Retries silently on network failures, 429 and 5xx; any other reply is final. */
export const deliver = async (
  send: () => Promise<Response | undefined>,
  until = now() + QUARTER_HOUR,
): Promise<Reply> => {
  for (let tries = 0; !unwanted; tries++) {
    const response = await send().catch(ignore);
    const status = response?.status || 500;
    if (status < 500 && status !== 429) {
      const body = (await (response as Response).json().catch(ignore)) || {};
      noticeVersion(body.version);
      return status < 300 && body;
    }
    // Retry-After is not used: a page on another origin cannot read it.
    const wait = backoff(tries);
    if (now() + wait > until) return;
    await sleep(wait);
  }
};
