/** Sayso for a page's own bundle: the same code as the script tag, without the tag. */
import begin from "./loader.js";

/** Proves the visitor's identity: a token from your backend, or a function that fetches one. */
export type TokenSource = string | (() => string | Promise<string>);

export interface Settings {
  /** The project's public key, "pk_…". */
  project: string;
  /** The address of the Sayso server, such as "https://sayso.example". */
  host: string;
  /** Your own id for the logged-in user. */
  user?: string | undefined;
  token?: TokenSource | undefined;
  /** Store, read and send nothing until `sayso.consent()`. */
  consent?: "wait" | undefined;
  /** The name of the page's global array that receives survey events, such as "dataLayer". */
  datalayer?: string | undefined;
}

export interface Identity {
  token?: TokenSource | undefined;
  attributes?: Record<string, unknown> | undefined;
}

/** Events for `on`. Each carries the survey's id and never the answers. */
export type SurveyEvent =
  | "shown"
  | "answered"
  | "completed"
  | "dismissed"
  | "snoozed"
  | "never"
  /** The requested survey cannot be opened. */
  | "unavailable"
  /** `init` got no project or no valid host, so Sayso does nothing. Carries no survey id. */
  | "lost";

/** No call throws or blocks. Calls before `init` are queued. */
export interface Sayso {
  /** Tracks an event by the visitor. Your surveys decide whether to ask about it. */
  track(event: string, properties?: Record<string, unknown>): void;
  /** Call this when the visitor has logged in. */
  identify(user: string, identity?: Identity): void;
  /** Call this when the visitor has logged out. */
  reset(): void;
  /** Holds back all surveys until `release`. */
  hold(): void;
  release(): void;
  /** Opens a survey by its id, because the visitor requested it. */
  show(survey: string): void;
  consent(given?: boolean): void;
  on(event: SurveyEvent, run: (detail: { survey: string }) => void): void;
  /** Shows on the page why each survey asks or not. Needs a token from `sayso debug-token`. */
  debug(token: string): void;
}

type Call = [name: keyof Sayso, ...args: unknown[]];
/** Our own global, or the queue that a page has put in its place. */
type Host = { sayso?: { push?(call: Call): void } };

const host = globalThis as Host;

/** False on a server, where every call does nothing. */
const inPage = typeof document !== "undefined";

const call =
  (name: keyof Sayso) =>
  (...args: unknown[]): void => {
    if (!inPage) return;
    // The global may also be an element with this id.
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

/** Starts Sayso once. Later calls, and calls after a script tag has started it, have no effect. */
export const init = (settings: Settings): Sayso => {
  if (inPage) begin({ dataset: settings });
  return sayso;
};
