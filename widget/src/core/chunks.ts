/** The types by which the loader and its chunks meet, and the chunks among themselves. */
import type { Answer, Decision, Question, Stored, Survey, Thanks, Trigger } from "./wire.ts";

/** What each chunk gives the loader, by the name of its file. */
export interface Chunks {
  popup: OpenPopup;
  /** Draws the kinds of questions that the popup's own file does not know. */
  kinds: More;
  /** Leads from question to question by what was answered. */
  flow: More;
  /** Keeps answers until they are acknowledged. */
  offline: KeepAnswers;
  /** Keeps a popup that is open, for the page that follows in this tab. */
  resume: (left?: Ask, box?: HTMLElement) => void;
  /** Whether the visitor is busy with something that only a close look finds. */
  quiet: { isBusy_: () => boolean; hasModal_: () => boolean };
  /** Pushes what becomes of each popup into the host's array of that name. */
  datalayer: undefined;
  /** Perhaps the document has another tag now: the newest one says who it is. */
  tags: () => void;
  /** Opens a survey by hand, by its whole id. */
  show: (survey: string) => void;
  /** Asks for an invitation that waits: now, or one that is left over, once it is due. */
  leftover: { askInvitation_: (invitation: string) => Promise<void>; askWhenDue_: () => void };
  /** Streams while the rules want it and the window is visible; anew if somebody else is meant. */
  live: (anew?: boolean) => void;
  /** Hears of changes of the route. */
  routes: undefined;
  /** The page's time zone. */
  zone: string;
  /** A popup has opened: keeps it off what the visitor uses, and off the keyboard of a phone. */
  aside: (kind?: Trigger["kind"]) => void;
  /** Watches the page for the moments that its rules wait for. */
  moments: Watcher;
  /** The same, for surveys that have a place in the page. */
  embed: Watcher;
  /** Draws a survey in its place. */
  inline: DrawInline;
  /** As `embed`, for the button that is always there. */
  button: Watcher;
  /** Says, in a panel on the page, why each survey asks or does not. */
  debug: (token: string) => void;
  /** Says, in the popup, why this visitor is asked. */
  receipt: ShowReceipt;
}

/** What stands in the page, or waits there for something. */
export interface Watcher {
  /** Another page is viewed: looks at it anew. */
  viewed_(): void;
  /** Of all surveys only these are live any more, by the ends of their ids. */
  keepOnly_(live: string[]): void;
}

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

/** What a survey is shown in: the popup, or a place in the page. */
export interface Frame {
  box: HTMLElement;
  /** Puts in a step. The focus goes to its field only if it was inside already. */
  put(step: Node[], field?: string): void;
  announce(...texts: (string | undefined)[]): void;
  /** Takes all away and gives the focus back to where it was in the host. */
  remove(): void;
}

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

/** What a further file adds to the popup: its style, and a renderer for each kind it knows. */
export interface More {
  css?: string;
  renderers?: Record<string, Renderer>;
  flow?: (survey: Survey, answers: Answer[], trail: number[]) => Flow;
}

/** The order of one survey's questions, where it depends on the answers. */
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
export type Renderer = (question: Question, step: Step) => HTMLElement[] | undefined;

export interface Step {
  survey: Survey;
  /** What was answered before, when the visitor comes back to it. */
  answered: Answer | undefined;
  /** Goes on with an answer, or without one. */
  goOn(answer: Partial<Answer>, pressed?: Pressed): void;
  /** Hears what would be said now. */
  changed?(answer: Partial<Answer> | undefined): void;
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
