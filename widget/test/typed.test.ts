/** What is filled in on a step outlives its page. */
import { beforeEach, expect, test } from "vitest";
import type { Ask } from "../src/core/chunks.ts";
import type { Question, Survey } from "../src/core/wire.ts";
import { leaver, left } from "../src/survey/half_answered.ts";
import { LABELS, OPTIONS, ways, write } from "./kinds/kinds_page.ts";
import { SURVEY } from "./page.ts";
import { choice, click, key, openPopup, type Popup } from "./popup_page.ts";

const NAME = "sayso:pk_test";
const OF = { id: "q", title: "Well?" };
const MATRIX = { ...OF, kind: "matrix", rows: OPTIONS, scale: 5, low: "No", high: "Yes" };

beforeEach(() => sessionStorage.clear());

const survey = (question: object): Partial<Survey> => ({
  questions: [question as Question, SURVEY.questions[1] as Question],
  labels: LABELS,
  more: ["kinds"],
});

/** As `resume` does it, when something is typed and the page goes. */
const leave = (popup: Popup, question: object): void => {
  const ask = { invitation: "inv_1", survey: { ...SURVEY, ...survey(question) }, trail: [0] };
  leaver(NAME, () => "v1")(ask, popup.one(".box"));
};

/** The same survey on the page that follows. */
const comeBack = async (): Promise<Popup> => {
  const ask = left(NAME, "v1") as Ask;
  const popup = await openPopup(ask.survey, 500, ask);
  leaver(NAME, () => "v1", ask)(ask, popup.one(".box"));
  return popup;
};

const fields = (popup: Popup) =>
  (popup.all("input,textarea") as HTMLInputElement[]).map((field) =>
    field.type === "checkbox" ? field.checked : field.value,
  );
const points = (popup: Popup) =>
  popup.all("[role=radio]").map((one) => one.getAttribute("aria-checked") === "true");

test.each([
  ["comment", { ...OF, kind: "comment" }, "textarea"],
  ["text", { ...OF, kind: "text", long: false, limit: 200, placeholder: "" }, "input"],
  ["long text", { ...OF, kind: "text", long: true, limit: 200, placeholder: "" }, "textarea"],
  ["contact", { ...OF, kind: "contact", fields: [{ name: "name", label: "Name" }] }, "input"],
])(
  "a %s that was typed stands there again, and is sent as it stands",
  async (_, question, field) => {
    const popup = await openPopup(survey(question));
    write(popup, field, "So far");
    leave(popup, question);
    popup.close();
    const next = await comeBack();
    expect(fields(next)).toEqual(["So far"]);
    expect(ways(next)).toContain(question.kind === "comment" ? "Send" : "Next");
    expect(document.activeElement).toBe(document.body);
  },
);

test("ticks, another option and rated rows stand there again, and nothing was pressed", async () => {
  const several = { ...OF, kind: "choice", options: OPTIONS, multiple: true, other: "Other" };
  const popup = await openPopup(survey(several));
  click(popup.all("[type=checkbox]")[1] as HTMLElement);
  click(popup.all("[type=checkbox]")[3] as HTMLElement);
  write(popup, ".field", "Violet");
  leave(popup, several);
  popup.close();
  const next = await comeBack();
  expect(fields(next)).toEqual([false, true, false, true, "Violet"]);
  expect(next.one(".field").hidden).toBe(false);
  expect([ways(next), next.posts, document.activeElement]).toEqual([["Next"], [], document.body]);
});

test.each([
  ["one option", { ...OF, kind: "choice", options: OPTIONS, multiple: false, other: "Other" }],
  ["a row", MATRIX],
])("%s chosen by the keyboard is chosen again, alone in its group", async (_, question) => {
  const popup = await openPopup(survey(question));
  key(choice(popup, 0), "ArrowRight");
  const before = points(popup);
  expect(before.filter(Boolean)).toHaveLength(1);
  leave(popup, question);
  popup.close();
  const next = await comeBack();
  expect(points(next)).toEqual(before);
  expect(next.all("[role=radio][tabindex='0']").length).toBe(question.kind === "matrix" ? 3 : 1);
  expect([ways(next), next.posts]).toEqual([["Next"], []]);
});

test("what another visitor typed is gone", async () => {
  const question = { ...OF, kind: "comment" };
  const popup = await openPopup(survey(question));
  write(popup, "textarea", "Mine");
  leave(popup, question);
  expect(left(NAME, "v2")).toBeUndefined();
  expect(sessionStorage.length).toBe(0);
});

test("typing alone leaves the popup for the next page, closing it does not", async () => {
  const popup = await openPopup(survey({ ...OF, kind: "comment" }));
  write(popup, "textarea", "So");
  await Promise.resolve();
  expect(popup.left.at(-1)).toMatchObject({ invitation: "inv_1", answers: [], trail: [0] });
  click(popup.one(".close"));
  await Promise.resolve();
  expect(popup.left.at(-1)).toBeUndefined();
});
