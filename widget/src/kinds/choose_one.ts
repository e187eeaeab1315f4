import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";
import { radioGroup } from "../popup/radio_group.ts";
import type { Answer, ChoiceQuestion, Labelled } from "../wire.ts";
import { onEnter } from "./enter.ts";
import { OTHER, otherField } from "./other.ts";
import { checkedIn } from "./points.ts";
import { wayOn } from "./way_on.ts";

/** A click goes on, except on "other", which asks which one. */
export const one = (question: ChoiceQuestion, options: Labelled[], step: Step): HTMLElement[] => {
  const { survey, answered } = step;
  const field = otherField(step);
  const id = (value: number): string => options[value - 1]?.id as string;
  const answer = (value: number): Partial<Answer> => {
    const text = id(value) === OTHER && field.value.trim();
    return { value: [id(value)], ...(text ? { text } : {}) };
  };
  const earlier = (answered?.value as string[] | undefined)?.[0];
  const place = options.findIndex((option) => option.id === earlier) + 1;
  const label = (value: number): string => options[value - 1]?.label as string;
  const group = radioGroup(
    "options",
    1,
    options.length,
    label,
    label,
    survey.direction === "rtl",
    place || undefined,
    (value, event) => {
      if (id(value) !== OTHER) {
        step.goOn(answer(value), event);
      } else {
        show();
        field.focus();
      }
    },
  );
  for (const radio of group.children) radio.className = "option";
  const way = wayOn(question, step, {
    read: () => {
      const value = checkedIn(group);
      return value ? answer(value) : undefined;
    },
  });
  const show = (): void => {
    field.hidden = id(checkedIn(group)) !== OTHER;
  };
  const look = (): void => {
    show();
    way.changed();
  };
  show();
  // Around the group, which moves the choice first.
  const both = make("div", {}, group, field);
  both.addEventListener("keydown", look);
  // What goes on by itself needs no button for the moment in which the click is seen.
  both.addEventListener("click", () => {
    show();
    if (!field.hidden) look();
  });
  onEnter(field, way.go);
  return [both, ...way.elements];
};
