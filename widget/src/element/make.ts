import { quietly } from "../quietly.ts";

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

/** Text goes in as text nodes, never as markup. */
export const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, children);

/** A drawing on a 24 × 24 grid, one path a stroke. The name is on the button around it. */
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
