import { quietly } from "../core/quietly.ts";
import type { Survey } from "../core/wire.ts";

/** Applies a theme to the box. With `font`, the box uses the font of the host's page around it. */
export const wear = (theme: Survey["theme"], box: HTMLElement, around: HTMLElement): void => {
  for (const name in theme) box.style.setProperty(`--sayso-${name}`, theme[name] as string);
  if (theme?.font) box.style.fontFamily = getComputedStyle(around).fontFamily;
};

const WEB = /^https:/i;
/** The only schemes for links: other links could run a script. */
const SAFE = /^(https|mailto|tel):/i;

/** A link that looks like the send button; undefined for an unsafe address. */
export const linkTo = (url: string, label: string): HTMLAnchorElement | undefined =>
  SAFE.test(url)
    ? make(
        "a",
        {
          class: "send",
          href: url,
          rel: "noopener noreferrer",
          tabindex: 0,
          // Mail and telephone links need no new tab.
          ...(WEB.test(url) ? { target: "_blank" } : {}),
        },
        label,
      )
    : undefined;

export type Child = Node | string;

const fill = <E extends Element>(
  element: E,
  attributes: Record<string, string | number>,
  children: Child[],
): E => {
  for (const name in attributes) element.setAttribute(name, `${attributes[name]}`);
  element.append(...children);
  return element;
};

/** Text is inserted as text nodes, never as markup. */
export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, children);

/** An icon on a 24 × 24 grid, one path per stroke. The button around it has the name. */
export const draw = (...paths: string[]): SVGElement => {
  const svg = (tag: string, attributes: Record<string, string>, children: Child[] = []) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  return svg(
    "svg",
    { viewBox: "0 0 24 24", "aria-hidden": "true" },
    paths.map((d) => svg("path", { d })),
  ) as SVGElement;
};

export const button = (
  className: string,
  press: (event: MouseEvent) => void,
  attributes: Record<string, string | number>,
  ...children: Child[]
): HTMLButtonElement => {
  const made = make("button", { type: "button", class: className, ...attributes }, ...children);
  made.onclick = quietly(press);
  return made;
};
