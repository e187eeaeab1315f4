import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";
import type { ChoiceQuestion, Labelled } from "../wire.ts";
import { onEnter } from "./enter.ts";
import { fillIn } from "./fill_in.ts";
import { NONE, OTHER, otherField } from "./other.ts";
import { checkbox, tickRow } from "./tick_row.ts";
import { type WayOn, wayOn } from "./way_on.ts";

/** Checkboxes, of which "none" excludes all others. */
export const several = (
  question: ChoiceQuestion,
  options: Labelled[],
  step: Step,
): HTMLElement[] => {
  const { least = 0, most = 0 } = question;
  const { labels } = step.survey;
  const earlier = (step.answered?.value as string[] | undefined) ?? [];
  const field = otherField(step);
  const boxes = options.map(({ id }) => checkbox(earlier.includes(id)));
  const chosen = (): string[] =>
    options.filter((_, index) => boxes[index]?.checked).map(({ id }) => id);
  const tooFew = () => fillIn(labels.at_least, { n: least });
  const tooMany = () => fillIn(labels.at_most, { n: most });
  const read = () => {
    const value = chosen();
    const text = value.includes(OTHER) && field.value.trim();
    return value[0] ? { value, ...(text ? { text } : {}) } : undefined;
  };
  const way: WayOn = wayOn(question, step, {
    read,
    ...(least ? {} : { nothing: [] }),
    hint: [least && tooFew(), most && tooMany()].filter(Boolean).join(" "),
    fits: () => {
      const value = chosen();
      const few = value[0] && value[0] !== NONE && value.length < least;
      if (most && value.length > most) way.tell(tooMany());
      else if (few) way.tell(tooFew());
      else return true;
      return false;
    },
  });
  const change = (ticked: number): void => {
    const alone = options[ticked]?.id === NONE;
    boxes.forEach((box, index) => {
      if (boxes[ticked]?.checked && alone !== (options[index]?.id === NONE)) box.checked = false;
    });
    look();
    if (options[ticked]?.id === OTHER && !field.hidden) field.focus();
  };
  const show = (): void => {
    field.hidden = !chosen().includes(OTHER);
  };
  const look = (): void => {
    show();
    way.changed();
  };
  show();
  boxes.forEach((box, index) => {
    box.oninput = look;
    box.onchange = () => change(index);
  });
  onEnter(field, way.go);
  return [
    make(
      "div",
      { class: "options", role: "group", "aria-labelledby": "title", "aria-describedby": "note" },
      ...options.map(({ label }, index) => tickRow(boxes[index] as HTMLInputElement, label)),
    ),
    field,
    ...way.elements,
  ];
};
