import { button, type Child, make } from "../element/make.ts";
import { chooseByKey } from "./choose_by_key.ts";

/**
 * A radio group by the ARIA pattern: arrows and digits move the choice, and only a click,
 * Enter or Space (which click a button) goes on.
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
