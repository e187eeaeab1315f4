import { listen } from "../../core/quietly.ts";
import { happen } from "./happen.ts";

const CONTROL = "a[href],button,summary,input,[role=button],[role=link]";
/** A click into a survey or our panel is none of the page's. */
const OURS = "sayso-survey,sayso-button,sayso-debug";

const matches = (element: Element, selector: string): boolean => {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
};

const plain = (text = ""): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** What the visitor reads on a control: in a component's shadow it may be the component's own. */
const textOf = (control: HTMLElement): string => {
  const { host } = control.getRootNode() as ShadowRoot;
  return (
    plain(control.innerText || (control as HTMLInputElement).value) ||
    (host ? textOf(host as HTMLElement) : "")
  );
};

export const watchClicks = (): void =>
  listen(window, "click", (event: MouseEvent) => {
    // Through open shadow roots, from the innermost.
    const path = event
      .composedPath()
      .filter(
        (target) => target instanceof HTMLElement || target instanceof SVGElement,
      ) as HTMLElement[];
    const hit = (selector: string) => path.find((element) => matches(element, selector));
    if (hit(OURS)) return;
    const control = hit(CONTROL);
    // To read a text makes the page lay itself out.
    let label: string | undefined;
    happen("click", ({ selector, text }) => {
      if (selector) return !!hit(selector);
      label ??= control ? textOf(control) : "";
      return !!label && label === plain(text);
    });
  });
