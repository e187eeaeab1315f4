import type { Step } from "../../core/chunks.ts";
import type { TextQuestion } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { nextButtons, onEnter } from "./next_buttons.ts";

/** Share of the limit from which on the count is shown. */
const TOLD_FROM = 0.8;

export const text = (question: TextQuestion, step: Step): HTMLElement[] => {
  const { long, limit, placeholder } = question;
  const attributes = {
    "aria-labelledby": "title",
    "aria-describedby": "count note",
    class: "field",
    maxlength: limit,
    placeholder,
    tabindex: 0,
  };
  const field = long
    ? make("textarea", { ...attributes, rows: 3 })
    : make("input", { ...attributes, type: "text" });
  field.value = (step.answered?.value as string | undefined) ?? "";
  const count = make("p", { class: "count", id: "count" });
  const buttons = nextButtons(question, step, {
    read: () => {
      const value = field.value.trim();
      return value ? { value } : undefined;
    },
    nothing: "",
  });
  const tell = (): void => {
    const used = field.value.length;
    const told =
      used < limit * TOLD_FROM ? [] : [make("bdi", { dir: "ltr" }, `${used} / ${limit}`)];
    count.replaceChildren(...told);
  };
  field.oninput = () => {
    tell();
    buttons.changed();
  };
  tell();
  onEnter(field, buttons.go, long);
  return [field, count, ...buttons.elements];
};
