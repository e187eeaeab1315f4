/** Saves a half-answered survey for this tab only: another tab must not show it too. */
import { asText } from "../core/as_text.ts";
import type { Ask } from "../core/chunks.ts";
import { now } from "../core/time.ts";

/** The storage name for a half-answered embedded survey. */
export const nameOfLeft = (key: string, survey: string): string => `${key}:embed:${survey}`;

type Field = HTMLInputElement | HTMLTextAreaElement;
/** Unsent input on a step. */
type Typed = (string | boolean)[];

const CHECKED = "aria-checked";

const isBox = (part: Element): part is HTMLInputElement => (part as Field).type === "checkbox";
const isPoint = (part: Element): boolean => part.getAttribute("role") === "radio";

const partsOf = (box: HTMLElement): Field[] => [
  ...box.querySelectorAll<Field>("input,textarea,[role=radio]"),
];

const typedIn = (box: HTMLElement): Typed =>
  partsOf(box).map((part) => {
    if (isPoint(part)) return part.getAttribute(CHECKED) === "true";
    return isBox(part) ? part.checked : part.value;
  });

const choose = (point: Element): void => {
  for (const other of point.parentElement?.children ?? []) {
    other.setAttribute(CHECKED, `${other === point}`);
    (other as HTMLElement).tabIndex = other === point ? 0 : -1;
  }
};

/** Restores input as if just filled in, but presses nothing and does not move the focus. */
const typeInto = (box: HTMLElement, typed: Typed): void => {
  partsOf(box).forEach((part, place) => {
    const was = typed[place];
    if (!was) return;
    if (isPoint(part)) choose(part);
    else if (isBox(part)) part.checked = true;
    else part.value = `${was}`;
    part.dispatchEvent(new Event(isPoint(part) ? "keydown" : "input", { bubbles: true }));
  });
};

/** In ms. After this time a visitor would not remember what the survey is about. */
const LASTS = 900_000;

interface Left {
  ask: Ask;
  visitor: string | undefined;
  until: number;
}

/** Without an `ask`, deletes the saved survey. */
const leave = (name: string, visitor: string | undefined, ask?: Ask): void => {
  try {
    const left: Left = { ask: ask as Ask, visitor, until: now() + LASTS };
    if (ask) sessionStorage.setItem(name, asText(left));
    else sessionStorage.removeItem(name);
  } catch {}
};

/** The survey that this visitor left. Deletes another visitor's, or one that is too old. */
export const left = (name: string, visitor: string | undefined): Ask | undefined => {
  try {
    const kept: Left = JSON.parse(sessionStorage.getItem(name) as string);
    if (kept?.visitor === visitor && now() < kept.until) return kept.ask;
  } catch {}
  leave(name, visitor);
};

/** Returns a function that saves the progress and input. Its first call restores earlier input. */
export const leaver = (
  name: string,
  visitor: () => string | undefined,
  earlier?: Ask,
): ((ask?: Ask, box?: HTMLElement) => void) => {
  let typed = earlier?.typed;
  return (ask, box) => {
    if (box && typed) typeInto(box, typed);
    typed = undefined;
    leave(name, visitor(), ask && { ...ask, ...(box && { typed: typedIn(box) }) });
  };
};
