import { make } from "../element/make.ts";

/** A quiet line. Since every way leads onward, it never runs back but by the visitor's own step. */
export const progress = (place: number, count: number, label: string): HTMLElement => {
  const percent = Math.round((place / count) * 100);
  const line = make("div", { class: "come" });
  line.style.setProperty("inline-size", `${percent}%`);
  return make(
    "div",
    {
      class: "progress",
      role: "progressbar",
      "aria-label": label,
      "aria-valuenow": percent,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    line,
  );
};
