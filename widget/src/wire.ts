/** The shapes that travel between page and server: the words of the wire, v1. */

export interface PageRules {
  version: number;
  /** The popup's file, relative to the script's own folder. */
  popup: string;
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
  kind: "click" | "exit_intent" | "scroll" | "time_on_page" | "inactivity";
  /** Of a click: what was clicked, by a CSS selector or by its visible text. */
  selector?: string;
  text?: string;
  /** Of a scroll: how far down the page. */
  percent?: number;
  /** Of time on page and inactivity. */
  seconds?: number;
}

export interface Trigger {
  kind: "event" | "page_view" | "invitation" | MomentRule["kind"];
  id: string;
  name?: string;
  properties?: object;
  at?: string;
  /** The surveys whose page rule matched: the server does not match URLs again. */
  surveys?: string[];
  invitation?: string | undefined;
}

export interface Decision {
  ask: { invitation: string; survey: Survey } | null;
  /** `in`: seconds until the invitation may be asked for. */
  waiting?: { invitation: string; in: number };
}

export interface Survey {
  id: string;
  language: string;
  direction: "ltr" | "rtl";
  questions: Question[];
  thanks: { title: string; text?: string };
  labels: Record<"name" | "close" | "later" | "send" | "skip" | "appeared", string>;
  theme?: { accent?: string };
}

export type Question = ScoreQuestion | CommentQuestion;

export interface ScoreQuestion {
  id: string;
  kind: "nps" | "csat" | "ces";
  title: string;
  /** End labels of NPS and CES. */
  low?: string;
  high?: string;
  /** Names of the CSAT faces, from the worst. */
  options?: string[];
}

export interface CommentQuestion {
  id: string;
  kind: "comment";
  title: string;
  by_score?: { max: number; title: string }[];
  placeholder?: string;
  limit?: number;
}

export interface Answer {
  question: string;
  value: number | string;
}
