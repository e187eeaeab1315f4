import type { Step } from "../../core/chunks.ts";
import { ignore } from "../../core/quietly.ts";
import type { Labelled, MatrixQuestion } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { checkedIn } from "../radio_group.ts";
import { scale } from "../scale.ts";
import { type NextButtons, nextButtons } from "./next_buttons.ts";

/** More points than this are beside their row only if there is much room. */
const WIDE = 7;

/** One scale for several rows; each row is a radio group with its own name. */
export const matrix = (question: MatrixQuestion, step: Step): HTMLElement[] => {
  const { id, rows, scale: last, low, high } = question;
  const earlier = (step.answered?.value ?? {}) as Record<string, number>;
  const rtl = step.survey.direction === "rtl";
  const draw = (row: Labelled, place: number): HTMLElement => {
    const points = { id, kind: "ces", title: row.label, scale: last, low, high } as const;
    const [group] = scale(points, rtl, earlier[row.id], ignore) as [HTMLElement];
    const name = `row-${place}`;
    group.className = "points";
    group.setAttribute("aria-labelledby", name);
    return make("div", { class: "line" }, make("p", { id: name }, row.label), group);
  };
  const lines = rows.map(draw);
  const pointOf = (line: HTMLElement): number => checkedIn(line.lastElementChild as HTMLElement);
  const isMissing = (line: HTMLElement): boolean => !pointOf(line);
  const read = () => {
    const rated = rows.flatMap(({ id: row }, index) => {
      const value = pointOf(lines[index] as HTMLElement);
      return value ? [[row, value] as const] : [];
    });
    return rated[0] ? { value: Object.fromEntries(rated) } : undefined;
  };
  const buttons: NextButtons = nextButtons(question, step, {
    read,
    nothing: {},
    fits: () => {
      const missing = lines.filter(isMissing);
      if (!question.required || !missing[0]) return true;
      for (const line of missing) line.classList.add("missing");
      buttons.tell(step.survey.labels.required);
      return false;
    },
  });
  const ends = make(
    "div",
    { class: "ends", "aria-hidden": "true" },
    make("span", {}, low),
    make("span", {}, high),
  );
  const table = make("div", { class: last > WIDE ? "matrix wide" : "matrix" }, ends, ...lines);
  table.style.setProperty("--points", `${last}`);
  const changed = (): void => {
    for (const line of lines) if (!isMissing(line)) line.classList.remove("missing");
    buttons.changed();
  };
  table.addEventListener("click", changed);
  table.addEventListener("keydown", changed);
  return [make("div", { class: "matrix-room" }, table), ...buttons.elements];
};
