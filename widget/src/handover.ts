/** How the files meet: each further file is lent these by the loader and gives back its `Files`. */
import type { ask, askHere, askInvitation, decide, goOn } from "./loader/ask.ts";
import type { deliver, post, postAs } from "./loader/call.ts";
import type { emit, on } from "./loader/host_callbacks.ts";
import type { currentToken, takeIdentity } from "./loader/identity.ts";
import type { wouldInterrupt } from "./loader/interruption.ts";
import type { keep, recall } from "./loader/keep.ts";
import type { load } from "./loader/load.ts";
import type { matchUrl } from "./loader/match_url.ts";
import type { moved, viewed } from "./loader/page_views.ts";
import type { noticeVersion } from "./loader/rules.ts";
import type { keepOnly } from "./loader/show.ts";
import type { Frame } from "./popup/frame.ts";
import type {
  Answer,
  Decision,
  PageRules,
  Question,
  Stored,
  Survey,
  Thanks,
  Trigger,
} from "./wire.ts";

/** What each file gives back, by its name in the folder. */
export interface Files {
  popup: OpenPopup;
  /** Draws the kinds of questions that the popup's own file does not know. */
  kinds: More;
  /** Leads from question to question by what was answered. */
  flow: More;
  /** Keeps answers until they are acknowledged. */
  offline: KeepAnswers;
  /** Keeps a popup that is open, for the page that follows in this tab. */
  resume: (left?: Ask, box?: HTMLElement) => void;
  /** Whether the visitor is busy with something that only a close look finds; or with a modal. */
  quiet: (modal?: boolean) => boolean;
  /** Pushes what becomes of each popup into the host's array of that name. */
  datalayer: undefined;
  /** Perhaps the document has another tag now: the newest one says who it is. */
  tags: () => void;
  /** Opens a survey by hand, by its whole id. */
  show: (survey: string) => void;
  /** Asks for an invitation that is left over, once it is due. */
  leftover: () => void;
  /** Streams while the rules want it and the window is visible; anew if somebody else is meant. */
  live: (anew?: boolean) => void;
  /** Hears of changes of the route. */
  routes: undefined;
  /** The page's time zone. */
  zone: string;
  /** A popup has opened: keeps it off what the visitor uses, and off the keyboard of a phone. */
  aside: (kind?: Trigger["kind"]) => void;
  /** Another page is viewed: watches it anew. Or of all surveys only these are live any more. */
  moments: (only?: string[]) => void;
  /** The same, for surveys that have a place in the page. */
  embed: (only?: string[]) => void;
  /** Draws a survey in its place. */
  inline: DrawInline;
  /** As `embed`, for the button that is always there. */
  button: (only?: string[]) => Promise<void>;
  /** Says, in a panel on the page, why each survey asks or does not. */
  debug: (token: string) => void;
  /** Says, in the popup, why this visitor is asked. */
  receipt: ShowReceipt;
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
  key: string,
  load: typeof load,
  goOn: typeof goOn,
  askInvitation: typeof askInvitation,
  keepOnly: typeof keepOnly,
  noticeVersion: typeof noticeVersion,
  on: typeof on,
  emit: typeof emit,
  ask: typeof ask,
  moved: typeof moved,
  datalayer: string | undefined,
  tag: HTMLScriptElement,
  user: string | undefined,
  token: string | undefined,
  takeIdentity: typeof takeIdentity,
  viewed: typeof viewed,
  decide: typeof decide,
];

export interface LentScript extends HTMLScriptElement {
  sayso: Loan;
}

/** The body of the server's final answer; false if it refused. */
// biome-ignore lint/suspicious/noExplicitAny: each caller knows its own reply
export type Reply = any;

/** `answers` and `trail` are there when an earlier page left it half answered. */
export type Ask = NonNullable<Decision["ask"]> & {
  answers?: Answer[];
  /** The places of the questions that were come by, with the one at hand. */
  trail?: number[];
  /** What was filled in and not sent: of each field and point in the box, in their order. */
  typed?: (string | boolean)[];
};

/** Shows one survey and sends what is said. Returns what closes it at once, without a word. */
export type OpenPopup = (
  ask: Ask,
  tell: (event: PopupEvent) => void,
  more: More[],
  kind?: Trigger["kind"],
) => () => void;

/** As `OpenPopup`, inside an element of the host's. */
export type DrawInline = (place: HTMLElement, ...popup: Parameters<OpenPopup>) => () => void;

/** What the server said to the last answers; undefined while it says nothing. */
export type KeepAnswers = (
  invitation: string,
  answers: Answer[],
  complete: boolean,
) => Promise<Stored | undefined>;

export type ShowReceipt = (
  view: Frame,
  invitation: string,
  survey: Survey,
  /** Asks the question at hand again; the focus goes to what the selector means. */
  ask: (field?: string) => void,
  leave: (event: Left) => void,
) => Promise<void>;

/** How a visitor leaves without an answer. */
export type Left = "dismissed" | "snoozed" | "never";

/** What a further file adds to the popup: its style, and a drawing for each kind it knows. */
export interface More {
  css?: string;
  draw?: Record<string, DrawQuestion>;
  flow?: (survey: Survey, answers: Answer[], trail: number[]) => Flow;
}

/** The walk through one survey. */
export interface Flow {
  /** The place of the question that follows; past the last one at the end. */
  next(place: number): number;
  /** The question, or the thanks, with what was said filled into its texts. */
  fill<T>(told: T): T;
  /** How far one has come. */
  progress(place: number): HTMLElement;
  /** The thanks that fit the score, and what leads on from there. */
  thanks(): [thanks: Thanks, ...further: HTMLElement[]];
}

/** What stands under a question's title; nothing where the popup's own file draws it. */
export type DrawQuestion = (question: Question, step: Step) => HTMLElement[] | undefined;

export interface Step {
  survey: Survey;
  /** What was answered before, when the visitor comes back to it. */
  answered: Answer | undefined;
  /** Goes on with an answer, or without one. */
  goOn(said: Partial<Answer>, pressed?: Pressed): void;
  /** Hears what would be said now. */
  changed?(said: Partial<Answer> | undefined): void;
}

/** What pressed: a click has a `detail`, and is seen for a moment where one click answers. */
export interface Pressed {
  pointerType?: string;
  detail?: number;
}

export type PopupEvent =
  | "shown"
  | "answered"
  | "completed"
  | "dismissed"
  | "snoozed"
  | "never"
  /** Always the last. */
  | "closed";

/** Kept while an invitation may be left over for the next page. */
export const LEFT = ":left";
/** Kept until the server has acknowledged them. */
export const ANSWERS = ":answers";
