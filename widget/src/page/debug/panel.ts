import { button, draw, make } from "../../element/make.ts";
import { stayAttached } from "../../element/stay_attached.ts";
import css from "./panel.css?raw";

const CROSS = "M6.5 6.5l11 11M17.5 6.5l-11 11";
const AGAIN = ["M19 12a7 7 0 1 1-2.2-5.1", "M19.5 4v4h-4"];
const FOLD = "M6.5 10l5.5 5 5.5-5";

export interface Panel {
  put(...content: Node[]): void;
}

/** The side without popups, where reading begins. */
const side = (): string =>
  getComputedStyle(document.documentElement).direction === "rtl" ? "box right" : "box";

/** A region at the bottom, on the side without popups. The focus does not move. */
export const openPanel = (lookAgain: () => void, closed: () => void): Panel => {
  const host = document.createElement("sayso-debug");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const body = make("div", {
    class: "body",
    id: "body",
    tabindex: 0,
    role: "group",
    "aria-label": "Rules",
  });
  const fold = button(
    "icon fold",
    () => {
      body.hidden = !body.hidden;
      fold.setAttribute("aria-expanded", `${!body.hidden}`);
    },
    { "aria-label": "Details", "aria-expanded": "true", "aria-controls": "body" },
    draw(FOLD),
  );
  const close = (): void => {
    detach();
    closed();
  };
  const box = make(
    "section",
    { class: side(), lang: "en", "aria-labelledby": "title" },
    make(
      "header",
      {},
      make("h2", { id: "title" }, "Sayso on this page"),
      button("icon", lookAgain, { "aria-label": "Look again" }, draw(...AGAIN)),
      fold,
      button("icon", close, { "aria-label": "Close" }, draw(CROSS)),
    ),
    body,
  );
  box.onkeydown = (event) => {
    if (event.key === "Escape") close();
  };
  // Keys must not reach the host's hot keys.
  for (const type of ["keydown", "keypress", "keyup"]) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
  root.append(box);
  const detach = stayAttached(host);
  return {
    put(...content) {
      body.replaceChildren(...content);
    },
  };
};
