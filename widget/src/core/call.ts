import { asText } from "./as_text.ts";
import { currentToken, refuseToken } from "./identity.ts";
import { ignore } from "./quietly.ts";
import { noticeVersion } from "./rules.ts";
import { base, fetch } from "./tag.ts";
import { backoff, now, sleep } from "./time.ts";
import { unwanted, want } from "./unwanted.ts";
import { visitor } from "./visitor.ts";
import type { Reply } from "./wire.ts";

/** Bodies go as text/plain without a header of ours: a simple request needs no preflight. */
export const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(base + path, {
    method: "POST",
    body: asText(body),
    credentials: "omit",
    signal: signal as AbortSignal,
    // All but a stream, which has a signal, may outlive the page.
    keepalive: !signal,
  });

let identified: Promise<unknown> | undefined;

/** Whatever follows an identify waits for it, so that it is about the right person. */
export const waitFor = (identify: Promise<unknown>): void => {
  identified = identify;
};

/** A call that says who: visitor and token. */
export const postAs = async (
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Response | undefined> => {
  if (path !== "identify") await identified;
  for (let again = false; !unwanted; again = true) {
    const token = await currentToken();
    const response = await post(path, { visitor, token, ...body }, signal);
    const { status } = response;
    if (status === 401 && token) refuseToken(again);
    else {
      if (status === 403 || status === 404) want(false);
      return response;
    }
  }
};

const QUARTER_HOUR = 900_000;

/** Repeats quietly through network failures, 429 and 5xx; any other reply is final. */
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
    // No Retry-After: another origin's page may not read it.
    const wait = backoff(tries);
    if (now() + wait > until) return;
    await sleep(wait);
  }
};
