import type { Pressed, Step } from "../../core/chunks.ts";
import type { Answer, Question } from "../../core/wire.ts";
import { button, make } from "../../element/make.ts";

/** Replaces the `{placeholders}` in a text with values. */
export const fillIn = (text: string | undefined, values: Record<string, string | number>): string =>
  (text ?? "").replace(/\{(\w+)\}/g, (place, name) => `${values[name] ?? place}`);

/** Continues on Enter, with or without Ctrl or Cmd (`held`: only with). Ignores IME composition. */
export const onEnter = (field: HTMLElement, go: (event?: Event) => void, held = false): void => {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (held && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    go();
  });
};

interface Input {
  /** The current answer; undefined if empty. */
  read: () => Partial<Answer> | undefined;
  /** Whether the question may be skipped; by default, if the answer is empty. */
  untouched?: () => boolean;
  /** The value that withdraws an earlier answer, if any. */
  nothing?: Partial<Answer>["value"];
  /** Whether the answer can be sent. If not, shows the reason. */
  fits?: () => boolean;
  /** A note shown before any input. */
  hint?: string;
}

export interface NextButtons {
  elements: HTMLElement[];
  /** Call this when the input has changed. */
  changed(): void;
  go(event?: Event): void;
  /** Shows a problem. */
  tell(text: string | undefined): void;
}

/** Has no `detail`: a pressed button need not stay visible. */
const byButton = (event?: Event): Pressed => ({
  pointerType: (event as PointerEvent)?.pointerType,
});

/** "Skip" if the answer is empty, else "next", and a note for problems. */
export const nextButtons = (question: Question, step: Step, input: Input): NextButtons => {
  const { labels, questions } = step.survey;
  const { required } = question;
  const note = make("p", { class: "note", id: "note", role: "status" }, input.hint ?? "");
  // A new element, so that screen readers repeat the same sentence.
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
