import type { Pressed, Step } from "../../core/chunks.ts";
import type { Answer, Question } from "../../core/wire.ts";
import { button, make } from "../../element/make.ts";

/** Puts values into a text's `{places}`. */
export const fillIn = (text: string | undefined, values: Record<string, string | number>): string =>
  (text ?? "").replace(/\{(\w+)\}/g, (place, name) => `${values[name] ?? place}`);

/** Enter goes on, also with Ctrl or Cmd; in a text of several lines only so. Composing never does. */
export const onEnter = (field: HTMLElement, go: (event?: Event) => void, held = false): void => {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (held && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    go();
  });
};

interface Input {
  /** What is said now; undefined where it is nothing. */
  read: () => Partial<Answer> | undefined;
  /** Whether it may be skipped, where that is not when nothing is filled in. */
  untouched?: () => boolean;
  /** What takes an earlier answer back, where something can. */
  nothing?: Partial<Answer>["value"];
  /** Whether what is said can be sent; who says no says why. */
  fits?: () => boolean;
  /** What should be known before. */
  hint?: string;
}

export interface NextButtons {
  elements: HTMLElement[];
  /** To be called when the input has changed. */
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
export const nextButtons = (question: Question, step: Step, input: Input): NextButtons => {
  const { labels, questions } = step.survey;
  const { required } = question;
  const note = make("p", { class: "note", id: "note", role: "status" }, input.hint ?? "");
  // A new element, so that the same sentence is heard again.
  const tell = (text?: string): void => {
    note.classList.add("problem");
    note.replaceChildren(make("span", {}, text ?? ""));
  };
  const leave = (event?: Event): void => {
    const takesBack = step.answered && input.nothing !== undefined;
    step.goOn(takesBack ? { value: input.nothing as Answer["value"] } : {}, byButton(event));
  };
  const go = (event?: Event): void => {
    const answer = input.read();
    if (input.fits?.() === false) return;
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
    const now = input.read();
    const silent = !now;
    step.changed?.(now);
    skip.hidden = !(input.untouched?.() ?? silent) || !!required;
    next.hidden = silent && !required;
  };
  show();
  return {
    elements: [note, make("div", { class: "actions" }, skip, next)],
    changed() {
      note.classList.remove("problem");
      note.textContent = input.hint ?? "";
      show();
    },
    go,
    tell,
  };
};
