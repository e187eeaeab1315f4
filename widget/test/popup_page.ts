/** The popup's own file in an empty page, with a server that records. */
import { afterEach, vi } from "vitest";
import type { Ask, Chunks, More, PopupEvent } from "../src/core/chunks.ts";
import type { Reply, ScoreQuestion, Survey } from "../src/core/wire.ts";
import { SURVEY } from "./page.ts";

export interface Popup {
  posts: { path: string; body: unknown }[];
  told: PopupEvent[];
  kept: Record<string, string>;
  /** What was left for the next page, in turn; undefined when nothing is. */
  left: (Ask | undefined)[];
  /** The further files that it asked for. */
  loaded: string[];
  close: () => void;
  host: HTMLElement | null;
  all(selector: string): HTMLElement[];
  one(selector: string): HTMLElement;
  /** What the server answers to a path; undefined means that it never does. */
  reply: (path: string) => Promise<Reply>;
}

const pages: (() => void)[] = [];

afterEach(() => {
  for (const leave of pages.splice(0)) leave();
  vi.useRealTimers();
  document.documentElement.querySelector("sayso-survey")?.remove();
  document.body.replaceChildren();
});

/** Loads popup.js, and what it loads, as the loader would. */
export const loadCode = async (kept: Popup["kept"] = {}) => {
  const popup = { posts: [], told: [], left: [], loaded: [], kept } as unknown as Popup;
  popup.reply = async () => ({});
  const lent = {
    post_: (path: string, body: unknown) => {
      popup.posts.push({ path, body: structuredClone(body) });
      return Promise.resolve({ path } as unknown as Response);
    },
    deliver_: async (send: () => Promise<unknown>) =>
      popup.reply(((await send()) as unknown as { path: string }).path),
    keep_: (name: string, value = "") => {
      kept[name] = value;
    },
    recall_: (name: string) => kept[name],
    load_: async (name: keyof Chunks) => {
      popup.loaded.push(name);
      return files[name];
    },
  };
  vi.resetModules();
  const files: Partial<Chunks> = {
    resume: (left) => void popup.left.push(structuredClone(left)),
  };
  // At once, since the time stands still later.
  files.offline = await runFile("offline", lent);
  files.receipt = await runFile("receipt", lent);
  const open = await runFile("popup", lent);
  const root = () => document.querySelector("sayso-survey")?.shadowRoot as ShadowRoot;
  popup.all = (selector) => [...root().querySelectorAll<HTMLElement>(selector)];
  popup.one = (selector) => popup.all(selector)[0] as HTMLElement;
  Object.defineProperty(popup, "host", { get: () => document.querySelector("sayso-survey") });
  return { popup, open, files };
};

export const ces: ScoreQuestion = {
  id: "score",
  kind: "ces",
  title: "Easy?",
  low: "Very easy",
  high: "Hard",
};

const FURTHER = {
  popup: () => import("../src/survey/popup.ts"),
  offline: () => import("../src/survey/offline.ts"),
  kinds: () => import("../src/survey/kinds/kinds.ts"),
  flow: () => import("../src/survey/branching.ts"),
  receipt: () => import("../src/survey/receipt.ts"),
};

/** Loads a file as the loader would: what it gives back. */
const runFile = async <K extends keyof typeof FURTHER>(
  name: K,
  lent: object,
): Promise<Chunks[K]> => {
  let given: unknown;
  const ready_ = (back: unknown) => {
    given = back;
  };
  const value = { sayso: { ...lent, ready_ } };
  Object.defineProperty(document, "currentScript", { value, configurable: true });
  await FURTHER[name]();
  return given as Chunks[K];
};

/** Shows a survey and lets the first 400 ms pass. */
export const openPopup = async (
  survey: Partial<Survey> = {},
  wait = 500,
  begun: Partial<Ask> = {},
): Promise<Popup> => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const { popup, open } = await loadCode();
  const more: More[] = [];
  for (const name of survey.more ?? []) more.push(await runFile(name, {}));
  const ask: Ask = { invitation: "inv_1", survey: { ...SURVEY, ...survey }, ...begun };
  popup.close = open(ask, (event) => popup.told.push(event), more);
  pages.push(popup.close);
  await vi.advanceTimersByTimeAsync(wait);
  return popup;
};

/** After so many ms the next step stands there, and takes input. */
export const STEP = 700;

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export const key = (target: HTMLElement, name: string, init: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent("keydown", {
    key: name,
    bubbles: true,
    composed: true,
    cancelable: true,
    ...init,
  });
  target.dispatchEvent(event);
  return event;
};

/** A click of the pointer; of the keyboard, with `detail` 0. */
export const click = (target: HTMLElement, detail = 1) =>
  target.dispatchEvent(
    new MouseEvent("click", { bubbles: true, composed: true, cancelable: true, detail }),
  );

export const choice = (popup: Popup, index: number) =>
  popup.all("[role=radio]")[index] as HTMLElement;
export const title = (popup: Popup) => popup.one("#title").textContent;
export const answers = (popup: Popup) =>
  popup.posts.filter(({ path }) => path === "responses").map(({ body }) => body);
export const checked = (popup: Popup) =>
  popup.all("[role=radio]").findIndex((r) => r.getAttribute("aria-checked") === "true");
