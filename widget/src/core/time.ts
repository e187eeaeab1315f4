import { quietly } from "./quietly.ts";

/** In ms. A longer timer would fire at once. */
export const LONGEST_TIMER = 2e9;
/** In ms. A request about the current moment is not retried after this time. */
export const STALE = 10_000;

export const now = (): number => Date.now();

export const later = (ms: number, run: () => unknown) => setTimeout(quietly(run), ms);

export const sleep = (ms: number): Promise<unknown> =>
  new Promise((resolve) => setTimeout(resolve, ms));

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** Doubles from 1 s to 60 s, with jitter so that pages do not retry in step. */
export const backoff = (tries: number): number =>
  Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT) * (0.5 + Math.random() / 2);
