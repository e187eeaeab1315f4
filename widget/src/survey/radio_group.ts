import { button, type Child, make } from "../element/make.ts";

/** The position, from 1, of the chosen point in a radio group; 0 if none is chosen. */
export const checkedIn = (group: HTMLElement): number =>
  [...group.children].findIndex((radio) => radio.getAttribute("aria-checked") === "true") + 1;

/** Two digits within this many ms are one number: 1 then 0 is 10. */
const TOGETHER = 700;

type Choose = (key: string, current: number, now: number) => number | undefined;

/**
 * Which value a key chooses in a radio group of `first`…`last`; undefined if none.
 * Arrows wrap around, and left and right follow the reading direction.
 */
export const chooseByKey = (first: number, last: number, rtl: boolean): Choose => {
  const forward = rtl ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: 1,
    ArrowUp: -1,
  };
  const count = last - first + 1;
  let typed = "";
  let typedAt = 0;
  return (key, current, now) => {
    const step = steps[key];
    if (step) return first + ((current - first + step + count) % count);
    if (key === "Home") return first;
    if (key === "End") return last;
    if (!/^\d$/.test(key)) return undefined;
    const before = now - typedAt < TOGETHER ? typed : "";
    typed = key;
    typedAt = now;
    return [before + key, key].map(Number).find((value) => value >= first && value <= last);
  };
};

/**
 * A radio group with the ARIA pattern: arrows and digits move the choice, and only a click,
 * Enter or Space (which click a button) continues.
 */
export const radioGroup = (
  className: string,
  first: number,
  last: number,
  name: (value: number) => string,
  look: (value: number) => Child,
  rtl: boolean,
  chosen: number | undefined,
  goOn: (value: number, event: MouseEvent) => void,
): HTMLElement => {
  const choose = (value?: number): void => {
    radios.forEach((radio, index) => {
      radio.setAttribute("aria-checked", `${index + first === value}`);
      radio.tabIndex = index + first === (value ?? first) ? 0 : -1;
    });
  };
  const radios = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = index + first;
    return button(
      "choice",
      (event) => {
        choose(value);
        goOn(value, event);
      },
      { role: "radio", "aria-label": name(value) },
      look(value),
    );
  });
  choose(chosen);

  const group = make(
    "div",
    { role: "radiogroup", class: className, "aria-labelledby": "title" },
    ...radios,
  );
  const byKey = chooseByKey(first, last, rtl);
  group.onkeydown = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const current = radios.indexOf(event.target as HTMLButtonElement) + first;
    const value = byKey(event.key, current, event.timeStamp);
    if (value === undefined) return;
    event.preventDefault();
    choose(value);
    radios[value - first]?.focus();
  };
  return group;
};
