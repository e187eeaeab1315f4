/** How the two files meet: popup.js is lent these by the loader and gives back `OpenPopup`. */
import type { Decision } from "./wire.ts";

/** A tuple, since both files are minified apart. It sits on the script element as `sayso`. */
export type Loan = [
  ready: (open: OpenPopup) => void,
  post: (path: string, body: object) => Promise<Response>,
  deliver: (send: () => Promise<Response | undefined>) => Promise<Reply | undefined>,
  keep: (name: string, value: string | null) => void,
  recall: (name: string) => string | null | undefined,
];

export interface PopupScript extends HTMLScriptElement {
  sayso: Loan;
}

/** Any final answer of the server. */
export interface Reply {
  ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows its own reply
  body: any;
}

export type Ask = NonNullable<Decision["ask"]>;

/** Shows one survey and sends what is said. Returns what closes it at once, without a word. */
export type OpenPopup = (ask: Ask, tell: (event: PopupEvent) => void) => () => void;

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
