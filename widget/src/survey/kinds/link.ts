import type { Step } from "../../core/chunks.ts";
import { quietly } from "../../core/quietly.ts";
import type { LinkQuestion } from "../../core/wire.ts";
import { linkTo } from "../../element/make.ts";
import { nextButtons } from "./next_buttons.ts";

/** A link that looks like the send button. Following the link is the answer. */
export const link = (question: LinkQuestion, step: Step): HTMLElement[] => {
  const { label, url } = question;
  const follow = linkTo(url, label);
  // A question without a safe link cannot be required.
  const must = !!follow && !!question.required;
  const buttons = nextButtons({ ...question, required: must }, step, { read: () => undefined });
  const [note, actions] = buttons.elements as [HTMLElement, HTMLElement];
  actions.lastElementChild?.remove();
  if (!follow) return [note, actions];
  // Answers at once; the browser follows the link before the next question replaces it.
  const done = ({ button }: MouseEvent): void => {
    if (button < 2) step.goOn({ value: true }, { detail: 1 });
  };
  follow.onclick = quietly(done);
  follow.onauxclick = quietly(done);
  actions.append(follow);
  return [actions];
};
