import type { Step } from "../../core/chunks.ts";
import type { Answer, Question, ScoreQuestion, Survey } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { comment, promptFor } from "../comment.ts";
import { renderers } from "../kinds/renderers.ts";
import { fill } from "../piping.ts";
import { scale } from "../scale.ts";

const SCORES = ["nps", "csat", "ces"];

export interface Asked {
  element: HTMLElement;
  /** The current answer, if any. Shows no problem. */
  now(): Answer | undefined;
  /** Updates the title for these answers. */
  retell(answers: Answer[]): void;
  /** The current answer. If it is invalid, shows the problem and returns undefined. */
  read(): Partial<Answer> | undefined;
  focus(): void;
}

/** The title of the question, worded for these answers. */
const titleOf = (asked: Question, { questions }: Survey, answers: Answer[]): string => {
  const question = fill(asked, questions, answers);
  if (question.kind !== "comment") return question.title;
  const score = answers.find(({ value }) => typeof value === "number")?.value;
  return promptFor(question, score as number | undefined);
};

const drawn = (question: Question, step: Step): HTMLElement[] => {
  const { survey, answered, goOn } = step;
  // As in the popup: only a survey with further files uses these renderers for its scores.
  const further = survey.more && renderers[question.kind]?.(question, step);
  if (further) return further;
  if (question.kind === "comment") {
    const elements = comment(question, survey.labels, (value) => goOn({ value }));
    (elements[0] as HTMLTextAreaElement).value = (answered?.value as string | undefined) ?? "";
    return elements;
  }
  const chosen = answered?.value as number | undefined;
  const rtl = survey.direction === "rtl";
  return scale(question as ScoreQuestion, rtl, chosen, (value) => goOn({ value }));
};

/** The chosen point of a scale, before the answer is sent. */
const pointIn = (root: ShadowRoot, { kind }: Question): number | undefined => {
  const points = [...root.querySelectorAll("[role=radio]")];
  const chosen = points.findIndex((point) => point.getAttribute("aria-checked") === "true");
  return chosen < 0 ? undefined : chosen + (kind === "nps" ? 0 : 1);
};

/**
 * One question with its answer, drawn by the popup's own code. It needs its own shadow root,
 * because that code uses fixed ids. Its buttons are hidden: the page presses them to save.
 */
export const ask = (
  question: Question,
  survey: Survey,
  answers: Answer[],
  sheet: CSSStyleSheet,
  heard: () => void,
): Asked => {
  let result: Partial<Answer> | undefined;
  let now: Partial<Answer> | undefined;
  const { id } = question;
  const answered = answers.find((answer) => answer.question === id);
  const changed = (given?: Partial<Answer>): void => {
    now = given;
  };
  const goOn = (given: Partial<Answer>): void => {
    result = now = given;
  };
  const element = make("section");
  const root = element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const title = make("h2", { id: "title" }, titleOf(question, survey, answers));
  root.append(
    make(
      "div",
      { class: "question", lang: survey.language, dir: survey.direction },
      title,
      ...drawn(fill(question, survey.questions, answers), { survey, answered, goOn, changed }),
    ),
  );
  const isScore = SCORES.includes(question.kind);
  // Runs after the listeners of the question.
  for (const type of ["click", "input", "keydown"]) root.addEventListener(type, heard);
  return {
    element,
    now() {
      const field = root.querySelector("textarea");
      const value = isScore ? pointIn(root, question) : field?.value.trim() || now?.value;
      return value === undefined ? undefined : { ...now, question: id, value };
    },
    retell(answers) {
      title.textContent = titleOf(question, survey, answers);
    },
    read() {
      const submit = root.querySelector<HTMLElement>(".send,[role=radio][aria-checked=true]");
      result = submit ? undefined : {};
      submit?.click();
      return result;
    },
    focus: () =>
      root.querySelector<HTMLElement>("[aria-invalid=true],input,textarea,[tabindex='0']")?.focus(),
  };
};
