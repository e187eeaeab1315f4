/** How the files meet: each further file is lent these by the loader and gives back its `Files`. */
import type { askHere } from "./loader/ask.ts";
import type { deliver, post, postAs } from "./loader/call.ts";
import type { currentToken } from "./loader/identity.ts";
import type { wouldInterrupt } from "./loader/interruption.ts";
import type { keep, recall } from "./loader/keep.ts";
import type { hear } from "./loader/live.ts";
import type { matchUrl } from "./loader/match_url.ts";
import type { Answer, Decision, PageRules, Question, Survey } from "./wire.ts";

/** What each file gives back, by its name in the folder. */
export interface Files {
  popup: OpenPopup;
  /** Draws the kinds of questions that the popup's own file does not know. */
  kinds: More;
  /** Reads the stream until the signal says to stop, or the server to stay away. */
  live: (signal: AbortSignal) => Promise<void>;
  /** A popup has opened: keeps it off what has the focus, and off the keyboard of a phone. */
  aside: () => void;
  /** Another page is viewed: watches it anew. */
  moments: () => void;
  /** Says, in a panel on the page, why each survey asks or does not. */
  debug: (token: string) => void;
}

/** A tuple, since the files are minified apart. It sits on the script element as `sayso`. */
export type Loan = [
  ready: (given: Files[keyof Files]) => void,
  post: typeof post,
  deliver: typeof deliver,
  keep: typeof keep,
  recall: typeof recall,
  askHere: typeof askHere,
  currentRules: () => PageRules,
  matchUrl: typeof matchUrl,
  currentToken: typeof currentToken,
  wouldInterrupt: typeof wouldInterrupt,
  postAs: typeof postAs,
  hear: typeof hear,
];

export interface LentScript extends HTMLScriptElement {
  sayso: Loan;
}

/** The body of the server's final answer; false if it refused. */
// biome-ignore lint/suspicious/noExplicitAny: each caller knows its own reply
export type Reply = any;

export type Ask = NonNullable<Decision["ask"]>;

/** Shows one survey and sends what is said. Returns what closes it at once, without a word. */
export type OpenPopup = (ask: Ask, tell: (event: PopupEvent) => void, more: More[]) => () => void;

/** What a further file adds to the popup: its style, and a drawing for each kind it knows. */
export interface More {
  css?: string;
  draw?: Record<string, DrawQuestion>;
}

/** What stands under a question's title. */
export type DrawQuestion = (question: Question, step: Step) => HTMLElement[];

export interface Step {
  survey: Survey;
  /** What was answered before, when the visitor comes back to it. */
  answered: Answer | undefined;
  /** Goes on with an answer, or without one. */
  goOn(said: Partial<Answer>, touched?: boolean): void;
}

export type PopupEvent =
  | "shown"
  | "answered"
  | "completed"
  | "dismissed"
  | "snoozed"
  /** Always the last. */
  | "closed";

/** Kept while an invitation may be left over for the next page. */
export const LEFT = ":left";
/** Kept until the server has acknowledged them. */
export const ANSWERS = ":answers";
