import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";

/** The ids that no option has. */
export const OTHER = "other";
export const NONE = "none";
const LONGEST = 200;

/** Asks which other one is meant, once it is chosen. */
export const otherField = ({ survey, answered }: Step): HTMLInputElement => {
  const field = make("input", {
    class: "field",
    type: "text",
    maxlength: LONGEST,
    placeholder: survey.labels.which ?? "",
    "aria-label": survey.labels.which ?? "",
  });
  field.value = answered?.text ?? "";
  return field;
};
