import type { Step } from "../handover.ts";
import type { ConsentQuestion } from "../wire.ts";
import { checkbox, tickRow } from "./tick_row.ts";
import { wayOn } from "./way_on.ts";

/** Who goes on without a tick has not agreed; where it is required, nobody does. */
export const consent = (question: ConsentQuestion, step: Step): HTMLElement[] => {
  const box = checkbox(step.answered?.value === true);
  const way = wayOn(question, step, {
    read: () => (box.checked || !question.required ? { value: box.checked } : undefined),
  });
  box.oninput = way.changed;
  const row = tickRow(box, question.label);
  row.classList.add("agree");
  return [row, ...way.elements];
};
