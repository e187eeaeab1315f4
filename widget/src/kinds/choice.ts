import type { Step } from "../handover.ts";
import type { ChoiceQuestion, Labelled } from "../wire.ts";
import { one } from "./choose_one.ts";
import { several } from "./choose_several.ts";
import { NONE, OTHER } from "./other.ts";

export const choice = (question: ChoiceQuestion, step: Step): HTMLElement[] => {
  const { options, other, none, multiple } = question;
  const all: Labelled[] = [...options];
  if (other) all.push({ id: OTHER, label: other });
  if (none) all.push({ id: NONE, label: none });
  return (multiple ? several : one)(question, all, step);
};
