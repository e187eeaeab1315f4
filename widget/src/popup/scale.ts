import { button, make } from "../element/make.ts";
import type { ScoreQuestion } from "../wire.ts";
import { chooseByKey } from "./choose_by_key.ts";
import { face } from "./faces.ts";

/** So long a click is seen before the next question comes. */
const SEEN = 250;

/**
 * A radio group by the ARIA pattern: arrows and digits move the choice, and only a click,
 * Enter or Space (which click a button) goes on.
 */
export const scale = (
  { kind, low, high, names }: ScoreQuestion,
  rtl: boolean,
  chosen: number | undefined,
  goOn: (value: number, event: MouseEvent) => void,
): HTMLElement[] => {
  const first = kind === "nps" ? 0 : 1;
  const last = kind === "nps" ? 10 : 5;
  const lowest = low ?? names?.[0] ?? "";
  const highest = high ?? names?.[4] ?? "";
  let going: ReturnType<typeof setTimeout>;

  const choose = (value: number): void => {
    clearTimeout(going);
    radios.forEach((radio, index) => {
      radio.setAttribute("aria-checked", `${index + first === value}`);
      radio.tabIndex = index + first === value ? 0 : -1;
    });
  };
  const name = (value: number): string => {
    const label = names?.[value - 1] ?? (value === first ? lowest : value === last && highest);
    return names ? `${label || value}` : label ? `${value}, ${label}` : `${value}`;
  };
  const radios = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = index + first;
    return button(
      "choice",
      (event) => {
        choose(value);
        going = setTimeout(() => goOn(value, event), event.detail && SEEN);
      },
      { role: "radio", "aria-checked": "false", "aria-label": name(value), tabindex: index && -1 },
      kind === "csat" ? face(value) : `${value}`,
    );
  });
  if (chosen !== undefined) choose(chosen);

  const group = make(
    "div",
    { role: "radiogroup", class: kind, "aria-labelledby": "title" },
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
  return [
    group,
    make(
      "div",
      { class: "ends", "aria-hidden": "true" },
      make("span", {}, lowest),
      make("span", {}, highest),
    ),
  ];
};
