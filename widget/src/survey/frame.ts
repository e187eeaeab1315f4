import type { Frame, More } from "../core/chunks.ts";
import type { Survey } from "../core/wire.ts";
import { make } from "../element/make.ts";

/** In ms. A screen reader announces a text only if its region existed before. */
const REGION_FIRST = 150;

export type MakeFrame = (
  survey: Survey,
  close: () => void,
  more: More[],
  gone: () => void,
) => Frame;

interface DrawnFrame extends Omit<Frame, "remove"> {
  host: HTMLElement;
  root: ShadowRoot;
}

/** The common part of a popup and an embedded survey. */
export const drawFrame = ({ language, direction, labels }: Survey, css: string): DrawnFrame => {
  const host = document.createElement("sayso-survey");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const news = make("div", { class: "unseen", role: "status" });
  const body = make("div", { class: "body" });
  const box = make(
    "div",
    { class: "box", role: "dialog", tabindex: -1, "aria-labelledby": "name title" },
    make("span", { class: "unseen", id: "name" }, labels.name),
    body,
  );
  root.append(make("div", { lang: language, dir: direction }, news, box));

  return {
    host,
    root,
    box,
    put(step, field) {
      const inside = root.activeElement;
      body.replaceChildren(...step);
      body.scrollTop = 0;
      if (inside && field) root.querySelector<HTMLElement>(field)?.focus({ preventScroll: true });
    },
    announce(...texts) {
      setTimeout(() => {
        news.textContent = texts.filter(Boolean).join(" ");
      }, REGION_FIRST);
    },
  };
};
