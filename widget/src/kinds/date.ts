import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";
import type { DateQuestion } from "../wire.ts";
import { onEnter } from "./enter.ts";
import { type WayOn, wayOn } from "./way_on.ts";

/** Browsers know later ones, which no date of ours has room for. */
const LAST = "9999-12-31";

export const date = (question: DateQuestion, step: Step): HTMLElement[] => {
  const { earliest: min, latest: max = LAST } = question;
  const field = make("input", {
    "aria-labelledby": "title",
    "aria-describedby": "note",
    class: "field",
    type: "date",
    tabindex: 0,
    ...(min ? { min } : {}),
    max,
  });
  field.value = (step.answered?.value as string | undefined) ?? "";
  const way: WayOn = wayOn(question, step, {
    // A day without its year is no value yet, and not nothing.
    read: () => (field.value || field.validity.badInput ? { value: field.value } : undefined),
    fits: () => {
      const { valid } = field.validity;
      if (!valid) way.tell(field.validationMessage);
      return valid;
    },
  });
  field.oninput = way.changed;
  onEnter(field, way.go);
  return [field, ...way.elements];
};
