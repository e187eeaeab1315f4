/** The interface types between the loader and its chunks, and between chunks. */
import type { Answer, Decision, Question, Stored, Survey, Thanks, Trigger } from "./wire.ts";

/** The result that each chunk passes to the loader, by the name of its file. */
export interface Chunks {
  popup: OpenPopup;
  /** Draws the kinds of questions that the popup's own file lacks. */
  kinds: More;
  /** Chooses the next question by the answers. */
  flow: More;
  /** Keeps answers until they are acknowledged. */
  offline: KeepAnswers;
  /** Saves an open popup for the next page in this tab. */
  resume: (left?: Ask, box?: HTMLElement) => void;
  /** Thorough checks for what the visitor is busy with. */
  quiet: { isBusy_: () => boolean; hasModal_: () => boolean };
  /** Pushes survey events to the host's data layer. */
  datalayer: undefined;
  /** Looks for a newer tag in the document: the newest tag names the user. */
  tags: () => void;
  /** Opens a survey manually, by its full id. */
  show: (survey: string) => void;
  /** Asks for a waiting invitation: at once, or for a leftover one when it is due. */
  leftover: { askInvitation_: (invitation: string) => Promise<void>; askWhenDue_: () => void };
  /** Streams while the rules need it and the window is visible. `anew`: reconnect. */
  live: (anew?: boolean) => void;
  /** Detects route changes. */
  routes: undefined;
  /** The page's time zone. */
  zone: string;
  /** Keeps an open popup clear of the focused element and of a phone's keyboard. */
  aside: (kind?: Trigger["kind"]) => void;
  /** Watches the page for the moments in its rules. */
  moments: Watcher;
  /** The same, for surveys embedded in the page. */
  embed: Watcher;
  /** Draws an embedded survey. */
  inline: DrawInline;
  /** Like `embed`, for the permanent button. */
  button: Watcher;
  /** Shows in a panel on the page why each survey asks or not. */
  debug: (token: string) => void;
  /** Explains in the popup why this visitor is asked. */
  receipt: ShowReceipt;
}

/** A part that is drawn in the page, or waits there for something. */
export interface Watcher {
  /** Called at each page view: checks the page again. */
  viewed_(): void;
  /** Only these surveys are still live, given by the ends of their ids. */
  keepOnly_(live: string[]): void;
}

/** `answers` and `trail` are set if an earlier page left the survey half answered. */
export type Ask = NonNullable<Decision["ask"]> & {
  answers?: Answer[];
  /** The positions of the visited questions, including the current one. */
  trail?: number[];
  /** Unsent input: the values of all fields and scale points in the box, in order. */
  typed?: (string | boolean)[];
};

/** Shows one survey and sends the answers. Returns a function that closes it without a report. */
export type OpenPopup = (
  ask: Ask,
  tell: (event: PopupEvent) => void,
  more: More[],
  kind?: Trigger["kind"],
) => () => void;

/** Like `OpenPopup`, inside an element of the host. */
export type DrawInline = (place: HTMLElement, ...popup: Parameters<OpenPopup>) => () => void;

/** Resolves with the server's reply to the last answers; undefined if there was none. */
export type KeepAnswers = (
  invitation: string,
  answers: Answer[],
  complete: boolean,
) => Promise<Stored | undefined>;

/** The frame around a survey: the popup, or a place in the page. */
export interface Frame {
  box: HTMLElement;
  /** Shows a step. Focuses its field only if the focus was already inside. */
  put(step: Node[], field?: string): void;
  announce(...texts: (string | undefined)[]): void;
  /** Removes the frame. A popup also returns the focus to the host's page. */
  remove(): void;
}

export type ShowReceipt = (
  view: Frame,
  invitation: string,
  survey: Survey,
  /** Shows the current question again and focuses the element that the selector matches. */
  ask: (field?: string) => void,
  leave: (event: Left) => void,
) => Promise<void>;

/** How a visitor leaves without an answer. */
export type Left = "dismissed" | "snoozed" | "never";

/** A further file's additions to the popup: styles, renderers by question kind, and the flow. */
export interface More {
  css?: string;
  renderers?: Record<string, Renderer>;
  flow?: (survey: Survey, answers: Answer[], trail: number[]) => Flow;
}

/** The order of one survey's questions, if it depends on the answers. */
export interface Flow {
  /** The position of the next question; past the last question at the end. */
  next(place: number): number;
  /** The question or the thanks, with earlier answers filled into the texts. */
  fill<T>(told: T): T;
  /** The progress bar. */
  progress(place: number): HTMLElement;
  /** The thanks that fit the score, and further elements such as a link. */
  thanks(): [thanks: Thanks, ...further: HTMLElement[]];
}

/** The elements below a question's title; undefined if the popup's own file draws them. */
export type Renderer = (question: Question, step: Step) => HTMLElement[] | undefined;

export interface Step {
  survey: Survey;
  /** The earlier answer, if the visitor comes back to the question. */
  answered: Answer | undefined;
  /** Continues with or without an answer. */
  goOn(answer: Partial<Answer>, pressed?: Pressed): void;
  /** Called with the current answer when the input changes. */
  changed?(answer: Partial<Answer> | undefined): void;
}

/** The press that answered. A click has a `detail`, and the choice stays visible for a moment. */
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
  /** Always the last event. */
  | "closed";

/** Storage name: set while an invitation may be left over for the next page. */
export const LEFT = ":left";
/** Storage name: answers that the server has not acknowledged yet. */
export const ANSWERS = ":answers";
