/** Sayso in a page's own bundle: the code of the script tag, without the tag. */
import begin from "./loader.js";

/** Proves who the visitor is: a token of your backend, or what fetches one. */
export type TokenSource = string | (() => string | Promise<string>);

export interface Settings {
  /** The project's public key, "pk_…". */
  project: string;
  /** Where the Sayso server is, "https://sayso.example". */
  host: string;
  /** Who is logged in, by your own id. */
  user?: string | undefined;
  token?: TokenSource | undefined;
  /** Nothing is stored, read or sent until `sayso.consent()`. */
  consent?: "wait" | undefined;
  /** The name of the page's array that is told what becomes of each survey, as "dataLayer". */
  datalayer?: string | undefined;
}

export interface Identity {
  token?: TokenSource | undefined;
  attributes?: Record<string, unknown> | undefined;
}

/** What `on` hears of; each with the survey's id and nothing of what was answered. */
export type SurveyEvent =
  | "shown"
  | "answered"
  | "completed"
  | "dismissed"
  | "snoozed"
  | "never"
  /** What `show` was to open cannot be opened. */
  | "unavailable"
  /** `init` was not told of a project and a server: nothing is done. Comes without a survey. */
  | "lost";

/** Nothing of it throws or waits. What is called before `init` waits for it. */
export interface Sayso {
  /** The visitor did something; whether it is worth asking about is for your surveys to say. */
  track(event: string, properties?: Record<string, unknown>): void;
  /** The visitor has logged in. */
  identify(user: string, identity?: Identity): void;
  /** The visitor has logged out. */
  reset(): void;
  /** Nobody is asked until `release`. */
  hold(): void;
  release(): void;
  /** Opens a survey by its id, at the visitor's own wish. */
  show(survey: string): void;
  consent(given?: boolean): void;
  on(event: SurveyEvent, run: (detail: { survey: string }) => void): void;
  /** Says on the page why each survey asks or does not, with a token of `sayso debug-token`. */
  debug(token: string): void;
}

type Call = [name: keyof Sayso, ...args: unknown[]];
/** Our own global, or what a page has put there to wait for it. */
type Host = { sayso?: { push?(call: Call): void } };

const host = globalThis as Host;

/** On a server nothing is done. */
const inPage = typeof document !== "undefined";

const call =
  (name: keyof Sayso) =>
  (...args: unknown[]): void => {
    if (!inPage) return;
    // An element of that name is none of ours.
    if (!host.sayso?.push) host.sayso = [] as Call[];
    host.sayso.push?.([name, ...args]);
  };

export const sayso: Sayso = {
  track: call("track"),
  identify: call("identify"),
  reset: call("reset"),
  hold: call("hold"),
  release: call("release"),
  show: call("show"),
  consent: call("consent"),
  on: call("on"),
  debug: call("debug"),
};

/** Begins, once: of several calls, and of a call and a tag, the first one is obeyed. */
export const init = (settings: Settings): Sayso => {
  if (inPage) begin({ dataset: settings });
  return sayso;
};
