import type { ScoreQuestion } from "../core/wire.ts";
import { type Child, make } from "../element/make.ts";
import { face } from "./icons.ts";
import { radioGroup } from "./radio_group.ts";

/** The points as a radio group, with the labels of both ends below. */
export const scale = (
  { kind, low, high, names, scale: last = kind === "nps" ? 10 : 5 }: ScoreQuestion,
  rtl: boolean,
  chosen: number | undefined,
  goOn: (value: number, event: MouseEvent) => void,
  look: (value: number) => Child = kind === "csat" ? face : String,
): HTMLElement[] => {
  const first = kind === "nps" ? 0 : 1;
  const name = (value: number): string => {
    const end = value === first ? low : value === last && high;
    return names?.[value - 1] ?? (end ? `${value}, ${end}` : `${value}`);
  };
  return [
    radioGroup(kind, first, last, name, look, rtl, chosen, goOn),
    make(
      "div",
      { class: "ends", "aria-hidden": "true" },
      make("span", {}, low ?? names?.[0] ?? ""),
      make("span", {}, high ?? names?.[last - 1] ?? ""),
    ),
  ];
};
