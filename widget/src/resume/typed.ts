/** What is filled in on a step and not sent yet. */

type Field = HTMLInputElement | HTMLTextAreaElement;
type Typed = (string | boolean)[];

const CHECKED = "aria-checked";

const isBox = (part: Element): part is HTMLInputElement => (part as Field).type === "checkbox";
const isPoint = (part: Element): boolean => part.getAttribute("role") === "radio";

const partsOf = (box: HTMLElement): Field[] => [
  ...box.querySelectorAll<Field>("input,textarea,[role=radio]"),
];

export const typedIn = (box: HTMLElement): Typed =>
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
export const typeInto = (box: HTMLElement, typed: Typed): void => {
  partsOf(box).forEach((part, place) => {
    const was = typed[place];
    if (!was) return;
    if (isPoint(part)) choose(part);
    else if (isBox(part)) part.checked = true;
    else part.value = `${was}`;
    part.dispatchEvent(new Event(isPoint(part) ? "keydown" : "input", { bubbles: true }));
  });
};
