/** What was left half answered in this tab alone: another one must not show the same beside it. */
import { asText } from "../core/as_text.ts";
import type { Ask } from "../core/chunks.ts";
import { now } from "../core/time.ts";

/** Under which a tab keeps what was left half answered in a survey's place. */
export const nameOfLeft = (key: string, survey: string): string => `${key}:embed:${survey}`;

/** What is filled in on a step and not sent yet. */

type Field = HTMLInputElement | HTMLTextAreaElement;
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

/** As if it had just been filled in, but that nothing is pressed and nothing takes the focus. */
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

/** Who comes back later would not know any more what it is about. */
const LASTS = 900_000;

interface Left {
  ask: Ask;
  visitor: string | undefined;
  until: number;
}

/** Without an ask nothing is left. */
const leave = (name: string, visitor: string | undefined, ask?: Ask): void => {
  try {
    const left: Left = { ask: ask as Ask, visitor, until: now() + LASTS };
    if (ask) sessionStorage.setItem(name, asText(left));
    else sessionStorage.removeItem(name);
  } catch {}
};

/** What this visitor left; what is another's, or too old, is gone. */
export const left = (name: string, visitor: string | undefined): Ask | undefined => {
  try {
    const kept: Left = JSON.parse(sessionStorage.getItem(name) as string);
    if (kept?.visitor === visitor && now() < kept.until) return kept.ask;
  } catch {}
  leave(name, visitor);
};

/** Leaves how far one has come, with what is filled in, once what was left before is filled in again. */
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
