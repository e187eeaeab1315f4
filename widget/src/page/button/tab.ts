import type { Button } from "../../core/wire.ts";
import { ALL_BUT_MOVES, keepInside } from "../../element/keep_inside.ts";
import { button, draw, make, wear } from "../../element/make.ts";
import { stayAttached } from "../../element/stay_attached.ts";
import css from "./button.css?raw";

const BUBBLE =
  "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-7l-4.5 3.5v-3.5H5A1.5 1.5 0 0 1 3.500 15V7A1.5 1.5 0 0 1 5 5.500z";

export interface Tab {
  host: HTMLElement;
  button: HTMLButtonElement;
  remove(): void;
}

/** A discreet tab at the window's edge, outside of the page's layout. */
export const drawTab = (
  { label, language, direction, side, theme }: Button,
  press: () => unknown,
): Tab => {
  const host = document.createElement("sayso-button");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const pressed = button(
    `box ${side}`,
    press,
    { "aria-haspopup": "dialog" },
    draw(BUBBLE),
    make("span", {}, label),
  );
  root.append(make("div", { lang: language, dir: direction }, pressed));
  wear(theme, pressed, document.body);
  const control = new AbortController();
  keepInside(host, control.signal, ALL_BUT_MOVES);
  const detach = stayAttached(host);
  const remove = (): void => {
    control.abort();
    detach();
  };
  return { host, button: pressed, remove };
};
