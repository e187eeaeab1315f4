import { make } from "../element/make.ts";
import type { Step } from "../handover.ts";
import { drawing } from "../kinds/drawing.ts";
import { comment, promptFor } from "../popup/comment.ts";
import { scale } from "../popup/scale.ts";
import type { Answer, Question, ScoreQuestion, Survey } from "../wire.ts";

export interface Asked {
  element: HTMLElement;
  /** What is said now; undefined where it does not fit, which is then told beside it. */
  read(): Partial<Answer> | undefined;
  focus(): void;
}

/** What it asks, in the words that the score called for. */
const titleOf = (question: Question, answers: Answer[]): string => {
  if (question.kind !== "comment") return question.title;
  const score = answers.find(({ value }) => typeof value === "number")?.value;
  return promptFor(question, score as number | undefined);
};

const drawn = (question: Question, step: Step): HTMLElement[] => {
  const { survey, answered, goOn } = step;
  if (question.kind === "comment") {
    const elements = comment(question, survey.labels, (value) => goOn({ value }));
    (elements[0] as HTMLTextAreaElement).value = (answered?.value as string | undefined) ?? "";
    return elements;
  }
  // As the popup does it: only a survey of further kinds draws its scores by their file.
  const further = survey.more && drawing[question.kind];
  if (further) return further(question, step);
  const chosen = answered?.value as number | undefined;
  const rtl = survey.direction === "rtl";
  return scale(question as ScoreQuestion, rtl, chosen, (value) => goOn({ value }));
};

/**
 * One question with its answer, drawn by the popup's own code in a shadow of its own, since that
 * code names its parts by ids. Its buttons are out of sight: the page presses them when all is saved.
 */
export const ask = (
  question: Question,
  survey: Survey,
  answers: Answer[],
  sheet: CSSStyleSheet,
): Asked => {
  let said: Partial<Answer> | undefined;
  const answered = answers.find((answer) => answer.question === question.id);
  const goOn = (given: Partial<Answer>): void => {
    said = given;
  };
  const element = make("section");
  const root = element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(
    make(
      "div",
      { class: "question", lang: survey.language, dir: survey.direction },
      make("h2", { id: "title" }, titleOf(question, answers)),
      ...drawn(question, { survey, answered, goOn }),
    ),
  );
  return {
    element,
    read() {
      const way = root.querySelector<HTMLElement>(".send,[role=radio][aria-checked=true]");
      said = way ? undefined : {};
      way?.click();
      return said;
    },
    focus: () =>
      root.querySelector<HTMLElement>("[aria-invalid=true],input,textarea,[tabindex='0']")?.focus(),
  };
};
