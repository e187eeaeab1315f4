import type { Step } from "../../core/chunks.ts";
import type { DateQuestion } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { type NextButtons, nextButtons, onEnter } from "./next_buttons.ts";

/** Browsers accept later dates, but our dates have four-digit years. */
const LAST = "9999-12-31";

/** A day in the popup's language; the same in every time zone. */
const written = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));

/** The allowed range, written without words: from, to, or both. */
const span = ({ earliest, latest }: DateQuestion, language: string): string =>
  earliest || latest
    ? [earliest, latest].map((day) => (day ? written(day, language) : "…")).join(" – ")
    : "";

export const date = (question: DateQuestion, step: Step): HTMLElement[] => {
  const { earliest: min, latest: max = LAST } = question;
  const { language, labels } = step.survey;
  const hint = span(question, language);
  const field = make("input", {
    "aria-labelledby": "title",
    "aria-describedby": "note",
    class: "field",
    type: "date",
    tabindex: 0,
    // Otherwise some browsers show a tooltip in their own language.
    title: "",
    ...(min ? { min } : {}),
    max,
  });
  field.value = (step.answered?.value as string | undefined) ?? "";
  const buttons: NextButtons = nextButtons(question, step, {
    // An incomplete date has no value yet, but is not empty.
    read: () => (field.value || field.validity.badInput ? { value: field.value } : undefined),
    fits: () => {
      const { valid, badInput } = field.validity;
      if (!valid) buttons.tell(badInput || !hint ? labels.date_wrong : hint);
      return valid;
    },
    hint,
  });
  field.oninput = buttons.changed;
  onEnter(field, buttons.go);
  return [field, ...buttons.elements];
};
