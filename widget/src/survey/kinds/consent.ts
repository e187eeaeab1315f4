import type { Step } from "../../core/chunks.ts";
import type { ConsentQuestion } from "../../core/wire.ts";
import { checkbox, tickRow } from "./checkbox.ts";
import { nextButtons } from "./next_buttons.ts";

/** Without a tick the visitor does not agree, and cannot continue if the question is required. */
export const consent = (question: ConsentQuestion, step: Step): HTMLElement[] => {
  const box = checkbox(step.answered?.value === true);
  const buttons = nextButtons(question, step, {
    read: () => (box.checked || !question.required ? { value: box.checked } : undefined),
  });
  box.oninput = buttons.changed;
  const row = tickRow(box, question.label);
  row.classList.add("agree");
  return [row, ...buttons.elements];
};
