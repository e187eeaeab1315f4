/** The shapes that travel between page and server: the words of the wire, v1. */

/** The body of the server's final answer; false if it refused. */
// biome-ignore lint/suspicious/noExplicitAny: each caller knows its own reply
export type Reply = any;

export interface PageRules {
  version: number;
  live: boolean;
  /** Names that some live survey's trigger mentions: they are decided. */
  events: string[];
  /** Further names the project collects: they are stored. */
  tracked: string[];
  views: ViewRule[];
  moments?: MomentRule[];
  /** Pages on which nothing is ever asked. */
  excluded?: UrlRule[];
  /** The project has quiet hours, which are those of the page's time zone. */
  zone?: true;
  /** Nothing is stored, read or sent until the page says so. */
  consent?: "wait";
  /** Milliseconds that a page is left alone once it has come, where not the usual. */
  settle?: number;
}

export interface UrlRule {
  match?: "exact" | "prefix" | "contains" | "regex";
  value?: string;
}

/** What is asked for on the pages that its URL rule means. */
export interface PageRule extends UrlRule {
  /** The last characters of the survey's id, enough to tell the live ones apart. */
  survey: string;
}

export interface ViewRule extends PageRule {
  /** Seconds on the page before it counts. */
  delay?: number;
}

export interface MomentRule extends PageRule {
  kind: "click" | "exit_intent" | "scroll" | "time_on_page" | "inactivity" | "embed" | "button";
  /** Of a click: what was clicked, by a CSS selector or by its visible text. */
  selector?: string;
  text?: string;
  /** Of a scroll: how far down the page. */
  percent?: number;
  /** Of time on page and inactivity. */
  seconds?: number;
}

export interface Trigger {
  /** A `show` is opened by hand; a `return` is a popup that an earlier page of the tab left. */
  kind: "event" | "page_view" | "invitation" | "return" | "show" | MomentRule["kind"];
  id: string;
  name?: string;
  properties?: object;
  at?: string;
  /**
   * The surveys whose page rule matched: the server does not match URLs again. What is opened by
   * hand is named by its whole id.
   */
  surveys?: string[];
  /** What a `return` is about. */
  held?: string;
}

/** The button that is always there. */
export interface Button {
  /** The whole id. */
  survey: string;
  label: string;
  language: string;
  direction: "ltr" | "rtl";
  /** The edge of the window, in the direction of reading. */
  side: "start" | "end";
  /** As a survey's. */
  theme?: Record<string, string>;
}

export interface Decision {
  /** `seen`: an earlier page has shown it. */
  ask: { invitation: string; survey: Survey; seen?: true } | null;
  /** `in`: seconds until the invitation may be asked for. */
  waiting?: { invitation: string; in: number };
}

/** The reply to what became of a popup. */
export interface Stands {
  /** Something else waits for this person, to be asked for in so many seconds. */
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
  /** The further files it needs. */
  more?: ("kinds" | "flow")[];
  /** Custom properties of the popup, by their names without the prefix. */
  theme?: Record<string, string>;
}

export interface Thanks {
  title: string;
  text?: string;
  /** Only with `flow`, as the rest of it. The first that the score does not pass. */
  by_score?: { max: number; title: string; text?: string }[];
  /** https, mailto or tel. */
  link?: { label: string; url: string };
  /** https: where to go instead of thanking. */
  redirect?: string;
}

/** A text that repeats an answer. Only with `flow`. */
export interface Parts {
  parts: (string | { answer: string; or: string })[];
}

/** Where to go on when an answer is as it says; without more to say, always. Only with `flow`. */
export interface Way {
  /** The place of a question; past the last one it ends. */
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
  /** Labels of the ends, where the points have no names. */
  low?: string;
  high?: string;
  /** Names of the points of CSAT, from the worst. */
  names?: string[];
  /** The last point, where it is not 10 (NPS) or 5; and how CSAT is drawn, where not as faces. */
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
  /** Labels of the two ids that no option has. */
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
  /** YYYY-MM-DD, both included. */
  earliest?: string;
  latest?: string;
}

export interface LinkQuestion extends Asked<"link"> {
  label: string;
  /** https, mailto or tel. */
  url: string;
}

/** Why one is asked. */
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
  /** Only of one that is complete: where it can be changed or deleted. */
  receipt?: { url: string; label: string };
}

export interface Answer {
  question: string;
  /**
   * A number of the scale; a text or a date; ids of options, in order for a ranking; a number for
   * each row, or a text for each field; whether one agrees; true for a link that was followed.
   * Null takes an answer back.
   */
  value: number | string | boolean | string[] | Record<string, number | string> | null;
  /** Which other option is meant. */
  text?: string;
}
