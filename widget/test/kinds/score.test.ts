import { expect, test } from "vitest";
import type { ScoreQuestion } from "../../src/core/wire.ts";
import { checked, choice, click, key, type Popup, pass, STEP } from "../popup_page.ts";
import { ask, asksWhy, comeBack, said } from "./kinds_page.ts";

const ENDS = { low: "Awful", high: "Great" };
const names = (popup: Popup) => popup.all("[role=radio]").map((r) => r.getAttribute("aria-label"));
const ten = (): string[] => Array.from({ length: 10 }, (_, index) => `${index + 1}`);

const LOOKS: [string, Omit<ScoreQuestion, "id" | "title">, string[]][] = [
  ["thumbs", { kind: "csat", look: "thumbs", scale: 2, names: ["Bad", "Good"] }, ["Bad", "Good"]],
  [
    "three faces",
    { kind: "csat", scale: 3, names: ["Bad", "So so", "Good"] },
    ["Bad", "So so", "Good"],
  ],
  [
    "seven faces",
    { kind: "csat", scale: 7, ...ENDS },
    ["1, Awful", ...ten().slice(1, 6), "7, Great"],
  ],
  [
    "five emoji",
    { kind: "csat", look: "emoji", names: ["Awful", "Bad", "So so", "Good", "Great"] },
    ["Awful", "Bad", "So so", "Good", "Great"],
  ],
  [
    "ten emoji",
    { kind: "csat", look: "emoji", scale: 10, ...ENDS },
    ["1, Awful", ...ten().slice(1, 9), "10, Great"],
  ],
  [
    "ten stars",
    { kind: "csat", look: "stars", scale: 10, ...ENDS },
    ["1, Awful", ...ten().slice(1, 9), "10, Great"],
  ],
  ["agreement", { kind: "ces", scale: 7, ...ENDS }, ["1, Awful", ...ten().slice(1, 6), "7, Great"]],
];

test.each(LOOKS)(
  "%s: a radio group whose choices have names, none chosen",
  async (_, question, wanted) => {
    const popup = await ask(question);
    expect(names(popup)).toEqual(wanted);
    expect(popup.one("[role=radiogroup]").getAttribute("aria-labelledby")).toBe("title");
    expect(checked(popup)).toBe(-1);
  },
);

test.each(LOOKS)("%s: a click gives the value and goes on", async (_, question, wanted) => {
  const popup = await ask(question);
  click(choice(popup, wanted.length - 1));
  await pass(240);
  expect(asksWhy(popup)).toBe(false);
  await pass(20);
  expect(said(popup)).toEqual({ value: wanted.length });
  expect(asksWhy(popup)).toBe(true);
});

test("1 then 0 is ten, and goes nowhere before Enter", async () => {
  const popup = await ask({ kind: "csat", look: "stars", scale: 10, ...ENDS });
  choice(popup, 0).focus();
  key(choice(popup, 0), "1");
  key(choice(popup, 0), "0");
  await pass(1_000);
  expect([checked(popup), said(popup)]).toEqual([9, undefined]);
  click(choice(popup, 9), 0);
  await pass(STEP);
  expect(said(popup)).toEqual({ value: 10 });
});

test("numbers are written, all else is drawn", async () => {
  const numbers = await ask({ kind: "csat", look: "numbers", scale: 7, ...ENDS });
  expect(numbers.all("[role=radio]").map((r) => r.textContent)).toEqual(ten().slice(0, 7));
  numbers.close();
  const stars = await ask({ kind: "csat", look: "stars", scale: 7, ...ENDS });
  expect(stars.all("[role=radio] svg")).toHaveLength(7);
});

test.each([3, 5, 7, 10])("each of %i points has an emoji of its own", async (scale) => {
  const popup = await ask({ kind: "csat", look: "emoji", scale, ...ENDS });
  const drawn = popup.all("[role=radio]").map((radio) => radio.textContent ?? "");
  expect(drawn).toHaveLength(scale);
  expect(new Set(drawn).size).toBe(scale);
  for (const one of drawn) expect(one).toMatch(/^\p{Emoji_Presentation}$/u);
});

test("the first of three faces is as sad as the first of five, the last as glad", async () => {
  const mouths = (popup: Popup) =>
    popup.all("[role=radio] path:last-child").map((path) => path.getAttribute("d"));
  const three = await ask({ kind: "csat", scale: 3, names: ["Bad", "So so", "Good"] });
  const few = mouths(three);
  three.close();
  const five = mouths(await ask({ kind: "csat", names: ["a", "b", "c", "d", "e"] }));
  expect(few).toEqual([five[0], five[2], five[4]]);
});

test("what was chosen is shown to who comes back", async () => {
  const popup = await ask({ kind: "csat", look: "stars", ...ENDS });
  click(choice(popup, 3), 0);
  await pass(STEP);
  await comeBack(popup);
  expect(checked(popup)).toBe(3);
});
