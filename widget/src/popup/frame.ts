import { keepInput } from "../element/keep_input.ts";
import { button, draw, make } from "../element/make.ts";
import { stayAttached } from "../element/stay_attached.ts";
import { wear } from "../element/wear.ts";
import type { More } from "../handover.ts";
import type { Survey } from "../wire.ts";
import { ignoreEarlyInput } from "./ignore_early_input.ts";
import css from "./popup.css?raw";

/** A screen reader hears of a change only if the region was there before the text. */
const REGION_FIRST = 150;

export interface Frame {
  box: HTMLElement;
  /** Puts in a step. The focus goes to its field only if it was inside already. */
  put(step: Node[], field?: string): void;
  announce(...texts: (string | undefined)[]): void;
  /** Takes all away and gives the focus back to where it was in the host. */
  remove(): void;
}

const isTypedIn = (box: HTMLElement): boolean =>
  [...box.querySelectorAll<HTMLInputElement>("textarea,.field")].some(({ value }) => value);

export type MakeFrame = (
  survey: Survey,
  close: () => void,
  more: More[],
  gone: () => void,
) => Frame;

export const frame: MakeFrame = ({ language, direction, labels, theme }, close, more, gone) => {
  const host = document.createElement("sayso-survey");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + more.map((file) => file.css).join(""));
  root.adoptedStyleSheets = [sheet];

  const news = make("div", { class: "unseen", role: "status" });
  const body = make("div", { class: "body" });
  const box = make(
    "div",
    { class: "box", role: "dialog", tabindex: -1, "aria-labelledby": "name title" },
    make("span", { class: "unseen", id: "name" }, labels.name),
    body,
    button("close", close, { "aria-label": labels.close }, draw("M6.5 6.5l11 11M17.5 6.5l-11 11")),
  );
  root.append(make("div", { lang: language, dir: direction }, news, box));
  wear(theme, box, document.body);

  let before: HTMLElement | null = null;
  root.addEventListener("focusin", (event) => {
    const from = (event as FocusEvent).relatedTarget as HTMLElement | null;
    if (from && !root.contains(from)) before = from;
  });
  keepInput(host);
  box.onkeydown = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    // What was typed is not thrown away at the first press.
    if (root.activeElement !== box && isTypedIn(box)) box.focus();
    else close();
  };
  const drawn = ignoreEarlyInput(root);
  const detach = stayAttached(host, gone);

  return {
    box,
    put(step, field) {
      const inside = root.activeElement;
      body.replaceChildren(...step);
      body.scrollTop = 0;
      drawn();
      if (inside && field) root.querySelector<HTMLElement>(field)?.focus({ preventScroll: true });
    },
    announce(...texts) {
      setTimeout(() => {
        news.textContent = texts.filter(Boolean).join(" ");
      }, REGION_FIRST);
    },
    remove() {
      const inside = root.activeElement;
      detach();
      if (inside) before?.focus({ preventScroll: true });
    },
  };
};
