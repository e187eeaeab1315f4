import { button, make } from "../element/make.ts";
import type { Pressed, Step } from "../handover.ts";
import type { Answer, Question } from "../wire.ts";

export interface Said {
  /** What is said now; undefined where it is nothing. */
  read: () => Partial<Answer> | undefined;
  /** Whether it may be skipped, where that is not when nothing is said. */
  untouched?: () => boolean;
  /** What takes an earlier answer back, where something can. */
  nothing?: Partial<Answer>["value"];
  /** Whether what is said can be sent; who says no says why. */
  fits?: () => boolean;
  /** What should be known before. */
  hint?: string;
}

export interface WayOn {
  elements: HTMLElement[];
  /** To be called when something else is said. */
  changed(): void;
  go(event?: Event): void;
  /** Says what stands in the way. */
  tell(text: string | undefined): void;
}

/** A button needs not be seen as pressed. */
const byButton = (event?: Event): Pressed => ({
  pointerType: (event as PointerEvent)?.pointerType,
});

/** "Skip" where nothing is said, else "next", and beside them what stands in the way. */
export const wayOn = (question: Question, step: Step, said: Said): WayOn => {
  const { labels, questions } = step.survey;
  const { required } = question;
  const note = make("p", { class: "note", id: "note", role: "status" }, said.hint ?? "");
  // A new element, so that the same sentence is heard again.
  const tell = (text?: string): void => {
    note.classList.add("problem");
    note.replaceChildren(make("span", {}, text ?? ""));
  };
  const leave = (event?: Event): void => {
    const takesBack = step.answered && said.nothing !== undefined;
    step.goOn(takesBack ? { value: said.nothing as Answer["value"] } : {}, byButton(event));
  };
  const go = (event?: Event): void => {
    const answer = said.read();
    if (said.fits?.() === false) return;
    if (answer) step.goOn(answer, byButton(event));
    else if (required) tell(labels.required);
    else leave(event);
  };
  const skip = button("quiet", leave, {}, labels.skip);
  const forward =
    (questions[questions.length - 1]?.id === question.id ? labels.send : labels.next) ??
    labels.send;
  const next = button("send", go, { "aria-describedby": "note" }, forward);
  const show = (): void => {
    const now = said.read();
    const silent = !now;
    step.changed?.(now);
    skip.hidden = !(said.untouched?.() ?? silent) || !!required;
    next.hidden = silent && !required;
  };
  show();
  return {
    elements: [note, make("div", { class: "actions" }, skip, next)],
    changed() {
      note.classList.remove("problem");
      note.textContent = said.hint ?? "";
      show();
    },
    go,
    tell,
  };
};
