import { listen } from "../../core/quietly.ts";
import { happen } from "./happen.ts";

const CONTROL = "a[href],button,summary,input,[role=button],[role=link]";
/** A click into a survey or our panel is not a click on the page. */
const OURS = "sayso-survey,sayso-button,sayso-debug";

const matches = (element: Element, selector: string): boolean => {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
};

const plain = (text = ""): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** The visible text of a control; in a component's shadow, the component's text may be used. */
const textOf = (control: HTMLElement): string => {
  const { host } = control.getRootNode() as ShadowRoot;
  return (
    plain(control.innerText || (control as HTMLInputElement).value) ||
    (host ? textOf(host as HTMLElement) : "")
  );
};

export const watchClicks = (): void =>
  listen(window, "click", (event: MouseEvent) => {
    // Includes open shadow roots, innermost element first.
    const path = event
      .composedPath()
      .filter(
        (target) => target instanceof HTMLElement || target instanceof SVGElement,
      ) as HTMLElement[];
    const hit = (selector: string) => path.find((element) => matches(element, selector));
    if (hit(OURS)) return;
    const control = hit(CONTROL);
    // Read only if needed, because reading a text forces a layout.
    let label: string | undefined;
    happen("click", ({ selector, text }) => {
      if (selector) return !!hit(selector);
      label ??= control ? textOf(control) : "";
      return !!label && label === plain(text);
    });
  });
