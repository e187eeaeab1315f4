import { expect, test } from "vitest";
import type { CommentQuestion, ScoreQuestion } from "../src/core/wire.ts";
import { SURVEY } from "./page.ts";
import {
  answers,
  ces,
  checked,
  choice,
  click,
  key,
  openPopup,
  type Popup,
  pass,
  title,
} from "./popup_page.ts";

const [nps, why] = SURVEY.questions as [ScoreQuestion, CommentQuestion];

const csat: ScoreQuestion = {
  id: "score",
  kind: "csat",
  title: "How was it?",
  names: ["Awful", "Bad", "So so", "Good", "Great"],
};

const names = (popup: Popup) => popup.all("[role=radio]").map((r) => r.getAttribute("aria-label"));

test.each([
  [
    "nps",
    nps,
    ["0, Not at all", ...Array.from({ length: 9 }, (_, i) => `${i + 1}`), "10, Extremely"],
  ],
  ["csat", csat, ["Awful", "Bad", "So so", "Good", "Great"]],
  ["ces", ces, ["1, Very easy", "2", "3", "4", "5, Hard"]],
])("%s: a radio group whose choices have names", async (_, question, wanted) => {
  const popup = await openPopup({ questions: [question, why] });
  expect(popup.all("[role=radiogroup]")).toHaveLength(1);
  expect(names(popup)).toEqual(wanted);
});

test("both end labels are in sight", async () => {
  const popup = await openPopup({ questions: [ces, why] });
  expect(popup.all(".ends span").map((end) => end.textContent)).toEqual(["Very easy", "Hard"]);
});

test("one choice is in the tab order: the first, later the chosen one", async () => {
  const popup = await openPopup();
  const stops = () => popup.all("[role=radio]").flatMap((r, i) => (r.tabIndex === 0 ? [i] : []));
  expect(stops()).toEqual([0]);
  choice(popup, 0).focus();
  key(choice(popup, 0), "ArrowRight");
  expect(stops()).toEqual([1]);
});

test("arrows and digits move the choice and go nowhere", async () => {
  const popup = await openPopup();
  choice(popup, 0).focus();
  for (const name of ["ArrowRight", "ArrowRight", "End", "7"]) {
    key(popup.host?.shadowRoot?.activeElement as HTMLElement, name);
  }
  await pass(2_000);
  expect(checked(popup)).toBe(7);
  expect(popup.host?.shadowRoot?.activeElement).toBe(choice(popup, 7));
  expect(title(popup)).toBe("How likely?");
  expect(answers(popup)).toEqual([]);
});

test("in a right-to-left survey the left arrow leads on", async () => {
  const popup = await openPopup({ direction: "rtl", language: "ar" });
  choice(popup, 3).focus();
  key(choice(popup, 3), "ArrowLeft");
  expect(checked(popup)).toBe(4);
  expect(popup.one("[dir]").getAttribute("dir")).toBe("rtl");
});

test("keys with Ctrl, Alt or Meta stay the browser's", async () => {
  const popup = await openPopup();
  expect(key(choice(popup, 0), "1", { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(checked(popup)).toBe(-1);
});

test("a click is sent at once, seen for a moment, can be changed in it, then goes on", async () => {
  const popup = await openPopup();
  click(choice(popup, 3));
  await pass(200);
  expect(answers(popup)).toMatchObject([{ answers: [{ question: "score", value: 3 }] }]);
  expect(title(popup)).toBe("How likely?");
  click(choice(popup, 9));
  await pass(260);
  expect(title(popup)).toBe("What went well?");
  expect(answers(popup).at(-1)).toEqual({
    invitation: "inv_1",
    answers: [{ question: "score", value: 9 }],
    complete: false,
  });
});

test("Enter and Space (a click without a pointer) go on at once, and the focus follows", async () => {
  const popup = await openPopup();
  choice(popup, 2).focus();
  click(choice(popup, 2), 0);
  await pass(0);
  expect(title(popup)).toBe("What went wrong?");
  expect(popup.host?.shadowRoot?.activeElement).toBe(popup.one("textarea"));
});
