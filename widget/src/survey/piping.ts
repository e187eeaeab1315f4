import type { Answer, ChoiceQuestion, Parts, Question, ScoreQuestion } from "../core/wire.ts";

/** An empty answer counts as no answer. */
export const isGiven = (value: Answer["value"] | undefined): boolean =>
  value !== undefined && value !== null && (value as string[]).length !== 0;

/** The answer as the visitor saw it: the option's label or the point's name. */
const spoken = (question: Question | undefined, { value, text }: Answer): string => {
  if (Array.isArray(value)) {
    const { options, other, none } = question as ChoiceQuestion;
    const label = (id: string): string =>
      (id === "other" && (text || other)) ||
      (id === "none" && none) ||
      (options.find((option) => option.id === id)?.label ?? "");
    return value.map(label).filter(Boolean).join(", ");
  }
  return (
    (typeof value === "number" && (question as ScoreQuestion)?.names?.[value - 1]) || `${value}`
  );
};

const isParts = (told: object): told is Parts => "parts" in told;

/** A copy with the answers filled into every text that repeats them. */
export const fill = <T>(told: T, questions: Question[], answers: Answer[]): T => {
  const words = (part: Parts["parts"][number]): string => {
    if (typeof part === "string") return part;
    const answer = answers.find(({ question }) => question === part.answer);
    if (!answer || !isGiven(answer.value)) return part.or;
    return spoken(
      questions.find(({ id }) => id === part.answer),
      answer,
    );
  };
  const copy = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== "object" || !one) return one;
    if (isParts(one)) return one.parts.map(words).join("");
    return Object.fromEntries(Object.entries(one).map(([name, value]) => [name, copy(value)]));
  };
  return copy(told) as T;
};
