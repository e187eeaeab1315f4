import type { Step } from "../../core/chunks.ts";
import { quietly } from "../../core/quietly.ts";
import type { LinkQuestion } from "../../core/wire.ts";
import { linkTo } from "../../element/make.ts";
import { nextButtons } from "./next_buttons.ts";

/** A link that looks like the way on; who follows it has answered. */
export const link = (question: LinkQuestion, step: Step): HTMLElement[] => {
  const { label, url } = question;
  const follow = linkTo(url, label);
  // Where there is nothing to follow, nobody is kept.
  const must = !!follow && !!question.required;
  const buttons = nextButtons({ ...question, required: must }, step, { read: () => undefined });
  const [note, actions] = buttons.elements as [HTMLElement, HTMLElement];
  actions.lastElementChild?.remove();
  if (!follow) return [note, actions];
  // Sent at once; the browser follows it before the next question takes its place.
  const done = ({ button }: MouseEvent): void => {
    if (button < 2) step.goOn({ value: true }, { detail: 1 });
  };
  follow.onclick = quietly(done);
  follow.onauxclick = quietly(done);
  actions.append(follow);
  return [actions];
};
