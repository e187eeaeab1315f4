/** A popup that asks one question of a further kind, and then why. */
import type { Answer, Question, Survey } from "../../src/core/wire.ts";
import { SURVEY } from "../page.ts";
import { answers, click, openPopup, type Popup, pass, STEP } from "../popup_page.ts";

const WHY: Question = { id: "why", kind: "comment", title: "Why?" };

export const LABELS: Survey["labels"] = {
  ...SURVEY.labels,
  next: "Next",
  required: "Please answer.",
  which: "Which one?",
  at_least: "At least {n}.",
  at_most: "At most {n}.",
  email_wrong: "No email address.",
  phone_wrong: "No phone number.",
  date_wrong: "No whole date.",
  up: "Up: {item}",
  down: "Down: {item}",
  placed: "{item}: {place} of {count}",
};

/** A question without what every one has. */
type Asked = Question extends infer One
  ? One extends Question
    ? Omit<One, "id" | "title"> & { title?: string }
    : never
  : never;

export const ask = (question: Asked, survey: Partial<Survey> = {}): Promise<Popup> =>
  openPopup({
    questions: [{ id: "q", title: "Well?", ...question } as Question, WHY],
    labels: LABELS,
    more: ["kinds"],
    ...survey,
  });

/** What was sent to the first question; undefined while nothing was. */
export const said = (popup: Popup): Partial<Answer> | undefined => {
  const sent = answers(popup).at(-1) as { answers: Answer[] } | undefined;
  const { question, ...rest } = sent?.answers[0] ?? {};
  return question ? rest : undefined;
};

export const asksWhy = (popup: Popup): boolean => popup.one("#title").textContent === "Why?";

export const press = async (popup: Popup, name: string): Promise<void> => {
  const found = shown(popup, name);
  if (!found) throw new Error(`no button ${name}`);
  click(found);
  await pass(STEP);
};

const shown = (popup: Popup, name: string): HTMLElement | undefined =>
  popup
    .all("button")
    .find((one) => !one.hidden && (one.getAttribute("aria-label") ?? one.textContent) === name);

/** The buttons of the last line, as they are seen. */
export const ways = (popup: Popup): (string | null)[] =>
  popup.all(".actions > *").flatMap((one) => (one.hidden ? [] : [one.textContent]));

export const note = (popup: Popup): string | null => popup.one("#note").textContent;

/** Leads back to the first question. */
export const comeBack = async (popup: Popup): Promise<void> => {
  click(popup.one(".back"));
  await pass(STEP);
};

export const write = (popup: Popup, selector: string, text: string): HTMLInputElement => {
  const field = popup.one(selector) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return field;
};

export const OPTIONS = ["Red", "Green", "Blue"].map((label) => ({
  id: label.toLowerCase(),
  label,
}));
