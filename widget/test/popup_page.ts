/** The popup's own file in an empty page, with a server that records. */
import { afterEach, vi } from "vitest";
import type { Ask, More, OpenPopup, PopupEvent, Reply, ShowReceipt } from "../src/handover.ts";
import type { ScoreQuestion, Survey } from "../src/wire.ts";
import { SURVEY } from "./page.ts";

export interface Popup {
  posts: { path: string; body: unknown }[];
  told: PopupEvent[];
  kept: Record<string, string>;
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

/** Loads popup.js as the loader would. */
export const loadCode = async (kept: Popup["kept"] = {}) => {
  const popup = { posts: [], told: [], loaded: [], kept } as unknown as Popup;
  popup.reply = async () => ({});
  let open = (() => {}) as unknown as OpenPopup;
  const loan = [
    (given: OpenPopup) => {
      open = given;
    },
    (path: string, body: unknown) => {
      popup.posts.push({ path, body });
      return Promise.resolve({ path } as unknown as Response);
    },
    async (send: () => Promise<unknown>) =>
      popup.reply(((await send()) as unknown as { path: string }).path),
    (name: string, value = "") => {
      kept[name] = value;
    },
    (name: string) => kept[name],
    ...Array(7),
    (name: string) => {
      popup.loaded.push(name);
      return Promise.resolve(receipt);
    },
  ];
  Object.defineProperty(document, "currentScript", { value: { sayso: loan }, configurable: true });
  vi.resetModules();
  await import("../src/popup/popup.ts");
  // At once, since the time stands still later.
  const receipt = await loadReceipt(loan);
  const root = () => document.querySelector("sayso-survey")?.shadowRoot as ShadowRoot;
  popup.all = (selector) => [...root().querySelectorAll<HTMLElement>(selector)];
  popup.one = (selector) => popup.all(selector)[0] as HTMLElement;
  Object.defineProperty(popup, "host", { get: () => document.querySelector("sayso-survey") });
  return { popup, open };
};

export const ces: ScoreQuestion = {
  id: "score",
  kind: "ces",
  title: "Easy?",
  low: "Very easy",
  high: "Hard",
};

/** Loads receipt.js as the loader would. */
const loadReceipt = async (loan: unknown[]): Promise<ShowReceipt> => {
  let show = (() => {}) as unknown as ShowReceipt;
  const lent = [
    (given: ShowReceipt) => {
      show = given;
    },
    ...loan.slice(1),
  ];
  Object.defineProperty(document, "currentScript", { value: { sayso: lent }, configurable: true });
  await import("../src/receipt/receipt.ts");
  return show;
};

/** Loads kinds.js as the loader would. */
const loadKinds = async (): Promise<More> => {
  let more: More = {};
  const loan = [
    (given: More) => {
      more = given;
    },
  ];
  Object.defineProperty(document, "currentScript", { value: { sayso: loan }, configurable: true });
  await import("../src/kinds/kinds.ts");
  return more;
};

/** Shows a survey and lets the first 400 ms pass. */
export const openPopup = async (survey: Partial<Survey> = {}, wait = 500): Promise<Popup> => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const { popup, open } = await loadCode();
  const more = survey.more ? [await loadKinds()] : [];
  const ask: Ask = { invitation: "inv_1", survey: { ...SURVEY, ...survey } };
  popup.close = open(ask, (event) => popup.told.push(event), more);
  pages.push(popup.close);
  await vi.advanceTimersByTimeAsync(wait);
  return popup;
};

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
