/** The types of requests and replies between page and server, API v1. */

/** The body of the server's final reply; false if the server refused. */
// biome-ignore lint/suspicious/noExplicitAny: each caller knows its own reply
export type Reply = any;

export interface PageRules {
  version: number;
  live: boolean;
  /** Names of events that trigger a live survey: each asks the server for a decision. */
  events: string[];
  /** Names of other events that the project collects: they are only stored. */
  tracked: string[];
  views: ViewRule[];
  moments?: MomentRule[];
  /** Pages on which nothing is ever asked. */
  excluded?: UrlRule[];
  /** The project has quiet hours, which apply in the page's time zone. */
  zone?: true;
  /** Nothing is stored, read or sent until the page passes on consent. */
  consent?: "wait";
  /** Milliseconds without surveys after a page load, if not the default. */
  settle?: number;
}

export interface UrlRule {
  match?: "exact" | "prefix" | "contains" | "regex";
  value?: string;
}

/** A survey to ask for on pages that match the URL rule. */
export interface PageRule extends UrlRule {
  /** The last characters of the survey's id, enough to distinguish the live surveys. */
  survey: string;
}

export interface ViewRule extends PageRule {
  /** Seconds on the page before the view counts. */
  delay?: number;
}

export interface MomentRule extends PageRule {
  kind: "click" | "exit_intent" | "scroll" | "time_on_page" | "inactivity" | "embed" | "button";
  /** For a click: the clicked element, by CSS selector or visible text. */
  selector?: string;
  text?: string;
  /** For a scroll: how far down the page. */
  percent?: number;
  /** For time on page and inactivity. */
  seconds?: number;
}

export interface Trigger {
  /** `show`: opened manually. `return`: a popup that an earlier page of the tab left open. */
  kind: "event" | "page_view" | "invitation" | "return" | "show" | MomentRule["kind"];
  id: string;
  name?: string;
  properties?: object;
  at?: string;
  /**
   * The surveys whose page rule matched: the server does not match URLs again. A survey opened
   * manually is named by its full id.
   */
  surveys?: string[];
  /** For a `return`: the invitation. */
  held?: string;
}

/** The permanent button. */
export interface Button {
  /** The full id. */
  survey: string;
  label: string;
  language: string;
  direction: "ltr" | "rtl";
  /** The edge of the window, in reading direction. */
  side: "start" | "end";
  /** Like a survey's theme. */
  theme?: Record<string, string>;
}

export interface Decision {
  /** `seen`: an earlier page has shown it. */
  ask: { invitation: string; survey: Survey; seen?: true } | null;
  /** `in`: seconds until the invitation may be asked for. */
  waiting?: { invitation: string; in: number };
}

/** The reply to a report about a popup. */
export interface Stands {
  /** Another invitation waits for this person, to be asked for in this many seconds. */
  waiting?: { in: number };
}

/** Only with `more`. `{n}`, `{item}`, `{place}` and `{count}` are filled in by the page. */
export type FurtherLabels = Record<
  | "next"
  | "required"
  | "which"
  | "at_least"
  | "at_most"
  | "email_wrong"
  | "phone_wrong"
  | "date_wrong"
  | "up"
  | "down"
  | "placed"
  | "progress",
  string
>;

export interface Survey {
  id: string;
  language: string;
  direction: "ltr" | "rtl";
  questions: Question[];
  thanks: Thanks;
  labels: Record<
    "name" | "close" | "later" | "never" | "why" | "send" | "skip" | "appeared",
    string
  > &
    Partial<FurtherLabels>;
  /** The further files that the survey needs. */
  more?: ("kinds" | "flow")[];
  /** Custom properties of the popup, by their names without the prefix. */
  theme?: Record<string, string>;
}

export interface Thanks {
  title: string;
  text?: string;
  /** Only with `flow`, like all below. The first entry whose `max` the score does not exceed. */
  by_score?: { max: number; title: string; text?: string }[];
  /** https, mailto or tel. */
  link?: { label: string; url: string };
  /** https: where to redirect after the last answer. */
  redirect?: string;
}

/** A text that repeats an answer. Only with `flow`. */
export interface Parts {
  parts: (string | { answer: string; or: string })[];
}

/** Where to go if an answer meets the conditions; always without conditions. Only with `flow`. */
export interface Way {
  /** The position of a question; past the last question the survey ends. */
  go: number;
  of?: string;
  least?: number;
  most?: number;
  any?: string[];
  given?: boolean;
}

export type Question =
  | ScoreQuestion
  | CommentQuestion
  | TextQuestion
  | ChoiceQuestion
  | RankingQuestion
  | MatrixQuestion
  | ConsentQuestion
  | ContactQuestion
  | DateQuestion
  | LinkQuestion;

interface Asked<Kind extends string> {
  id: string;
  kind: Kind;
  title: string;
  required?: boolean;
  then?: Way[];
}

export interface ScoreQuestion extends Asked<"nps" | "csat" | "ces"> {
  /** Labels of the ends, if the points have no names. */
  low?: string;
  high?: string;
  /** Names of the points of CSAT, from the worst. */
  names?: string[];
  /** The last point, if not 10 (NPS) or 5; and the look of CSAT, if not faces. */
  scale?: number;
  look?: "emoji" | "stars" | "numbers" | "thumbs";
}

export interface CommentQuestion extends Asked<"comment"> {
  by_score?: { max: number; title: string }[];
  placeholder?: string;
  limit?: number;
}

export interface TextQuestion extends Asked<"text"> {
  long: boolean;
  limit: number;
  placeholder: string;
}

export interface Labelled {
  id: string;
  label: string;
}

export interface ChoiceQuestion extends Asked<"choice"> {
  options: Labelled[];
  multiple: boolean;
  /** Labels of the reserved ids "other" and "none". */
  other?: string;
  none?: string;
  least?: number;
  most?: number;
}

export interface RankingQuestion extends Asked<"ranking"> {
  options: Labelled[];
}

export interface MatrixQuestion extends Asked<"matrix"> {
  rows: Labelled[];
  /** The last point; the first is 1. */
  scale: number;
  low: string;
  high: string;
}

export interface ConsentQuestion extends Asked<"consent"> {
  label: string;
}

export interface ContactQuestion extends Asked<"contact"> {
  fields: { name: "name" | "email" | "phone"; label: string }[];
}

export interface DateQuestion extends Asked<"date"> {
  /** YYYY-MM-DD, both inclusive. */
  earliest?: string;
  latest?: string;
}

export interface LinkQuestion extends Asked<"link"> {
  label: string;
  /** https, mailto or tel. */
  url: string;
}

/** Explains why the visitor is asked. */
export interface Receipt {
  title: string;
  /** `{date}` is filled in by the page. */
  sentences: string[];
  until: string | null;
  never: string;
  back: string;
}

/** The reply to a response. */
export interface Stored {
  /** Only for a complete response: the link to change or delete it. */
  receipt?: { url: string; label: string };
}

export interface Answer {
  question: string;
  /**
   * A number on the scale; a text or a date; ids of options, in order for a ranking; a number for
   * each row, or a text for each field; whether the visitor agrees; true for a followed link. Null
   * withdraws an answer.
   */
  value: number | string | boolean | string[] | Record<string, number | string> | null;
  /** The visitor's own text for the option "other". */
  text?: string;
}
