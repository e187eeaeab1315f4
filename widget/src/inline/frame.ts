import { KEYS, keepInside } from "../element/keep_inside.ts";
import { make } from "../element/make.ts";
import { wear } from "../element/wear.ts";
import type { MakeFrame } from "../popup/frame.ts";
import { ignoreEarlyInput } from "../popup/ignore_early_input.ts";
import popup from "../popup/popup.css?raw";
import css from "./inline.css?raw";

/** A screen reader hears of a change only if the region was there before the text. */
const REGION_FIRST = 150;

/** Inside an element of the host's, as wide as that is: nothing to close, and nothing takes the focus. */
export const frameIn =
  (place: HTMLElement): MakeFrame =>
  ({ language, direction, labels, theme }, _close, more) => {
    const host = document.createElement("sayso-survey");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync([popup, ...more.map((file) => file.css), css].join(""));
    root.adoptedStyleSheets = [sheet];

    const news = make("div", { class: "unseen", role: "status" });
    const body = make("div", { class: "body" });
    const box = make(
      "div",
      { class: "box", role: "group", tabindex: -1, "aria-labelledby": "name title" },
      make("span", { class: "unseen", id: "name" }, labels.name),
      body,
    );
    root.append(make("div", { class: "place", lang: language, dir: direction }, news, box));
    wear(theme, box, place);
    const control = new AbortController();
    keepInside(host, control.signal, KEYS);
    const drawn = ignoreEarlyInput(root);
    place.append(host);

    let begun = false;
    return {
      box,
      put(step, field) {
        const inside = root.activeElement;
        body.replaceChildren(...step);
        // Its first step came where nobody could have meant to press anything else.
        if (begun) drawn();
        if (inside && field) root.querySelector<HTMLElement>(field)?.focus({ preventScroll: true });
      },
      announce(...texts) {
        // It has not appeared: it stands in the page, and is read with it.
        if (begun) {
          setTimeout(() => {
            news.textContent = texts.filter(Boolean).join(" ");
          }, REGION_FIRST);
        }
        begun = true;
      },
      remove() {
        control.abort();
        host.remove();
      },
    };
  };
