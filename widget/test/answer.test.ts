/** The page of a receipt's link, with a server that records. */
import { afterEach, expect, test, vi } from "vitest";
import type { Question } from "../src/core/wire.ts";
import { LABELS, OPTIONS } from "./kinds/kinds_page.ts";
import { SURVEY } from "./page.ts";

const TEXTS = Object.fromEntries(
  ["answer", "text", "save", "saved", "delete", "sure", "keep", "deleted", "failed"].map((name) => [
    name,
    name,
  ]),
);
const CHOICE: Question = {
  id: "teas",
  kind: "choice",
  title: "Which?",
  options: OPTIONS,
  multiple: true,
  most: 2,
};
const LINK: Question = {
  id: "more",
  kind: "link",
  title: "More?",
  label: "Go",
  url: "https://a.b",
};
const OPEN = {
  deleted: false,
  until: "2026-12-05T10:00:00+00:00",
  survey: {
    ...SURVEY,
    labels: LABELS,
    more: ["kinds"],
    questions: [SURVEY.questions[0], CHOICE, LINK, SURVEY.questions[1]],
  },
  answers: [
    { question: "score", value: 3 },
    { question: "teas", value: ["red"] },
    { question: "comment", value: "slow" },
  ],
  texts: { ...TEXTS, text: "until {date}" },
};

interface Call {
  path: string;
  body: { secret: string; answers?: unknown[] };
}

let replies: (object | number)[] = [];
const calls: Call[] = [];

afterEach(() => {
  vi.unstubAllGlobals();
  calls.length = 0;
  document.body.replaceChildren();
});

const open = async (...given: (object | number)[]): Promise<void> => {
  replies = given;
  location.hash = "#secret";
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) => {
    calls.push({ path, body: JSON.parse(body as string) });
    const reply = replies.shift() ?? OPEN;
    return typeof reply === "number"
      ? new Response("{}", { status: reply })
      : new Response(JSON.stringify(reply));
  });
  const value = { dataset: { ended: "It has ended.", failed: "It failed." } };
  Object.defineProperty(document, "currentScript", { value, configurable: true });
  vi.resetModules();
  await import("../src/survey/answer_page/answer.ts");
  await settle();
};

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const roots = () =>
  [...document.querySelectorAll("section")].map(({ shadowRoot }) => shadowRoot as ShadowRoot);
const inside = (place: number, selector: string) => [
  ...(roots()[place] as ShadowRoot).querySelectorAll<HTMLInputElement>(selector),
];
const press = async (name: string): Promise<void> => {
  const buttons = [...document.querySelectorAll("button")];
  buttons.find(({ textContent }) => textContent === name)?.click();
  await settle();
};
const said = () => document.querySelector("[role=status]")?.textContent;
const heading = () => document.querySelector("h1")?.textContent;

test("the secret goes out in a body, never in an address", async () => {
  await open();
  expect(calls).toEqual([{ path: "v1/answer", body: { secret: "secret" } }]);
});

test("each question stands with what was said; a link that was followed does not", async () => {
  await open();
  const titles = roots().map((root) => root.querySelector("#title")?.textContent);
  expect(titles).toEqual(["How likely?", "Which?", "What went wrong?"]);
  expect(inside(0, "[aria-checked=true]")[0]?.textContent).toBe("3");
  expect(inside(1, "[type=checkbox]").map(({ checked }) => checked)).toEqual([true, false, false]);
  expect(inside(2, "textarea")[0]?.value).toBe("slow");
  expect(document.querySelector(".lead")?.textContent).toBe("until December\u00a05,\u00a02026");
});

test("what is saved is all that is said now, however it was said", async () => {
  await open();
  const [first] = inside(0, "[aria-checked=true]");
  first?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  inside(1, "input")[2]?.click();
  (inside(2, "textarea")[0] as HTMLInputElement).value = "";
  await press("save");
  expect(calls[1]).toEqual({
    path: "v1/answer/change",
    body: {
      secret: "secret",
      answers: [
        { question: "score", value: 4 },
        { question: "teas", value: ["red", "blue"] },
        { question: "comment", value: "" },
      ],
    },
  });
  expect(said()).toBe("saved");
});

const titles = () => roots().map((root) => root.querySelector("#title")?.textContent);
const SCORED = {
  ...OPEN,
  survey: { ...SURVEY, labels: LABELS },
  answers: [{ question: "score", value: 9 }],
};

test.each(["click", "key"])("by a %s the follow-up follows the score at once", async (how) => {
  await open(SCORED);
  expect(titles()).toEqual(["How likely?", "What went well?"]);
  (inside(1, "textarea")[0] as HTMLInputElement).value = "quick";
  const point = inside(0, "[role=radio]")[how === "click" ? 2 : 9];
  if (how === "click") point?.click();
  else point?.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
  expect(titles()).toEqual(["How likely?", "What went wrong?"]);
  expect(inside(1, "textarea")[0]?.value).toBe("quick");
});

test("what repeats an answer follows it too, and nothing else loses its words", async () => {
  const parts = (answer: string) => ({ parts: ["Why ", { answer, or: "so" }, "?"] }) as never;
  const told = { ...OPEN.survey, labels: LABELS, more: ["kinds", "flow"] };
  const about = [
    { id: "of_teas", kind: "text", long: false, limit: 99, placeholder: "", title: parts("teas") },
    {
      id: "of_comment",
      kind: "text",
      long: false,
      limit: 99,
      placeholder: "",
      title: parts("comment"),
    },
  ];
  await open({ ...OPEN, survey: { ...told, questions: [...told.questions, ...about] } });
  expect(titles().slice(3)).toEqual(["Why Red?", "Why slow?"]);
  inside(1, "input")[2]?.click();
  expect(titles().slice(3)).toEqual(["Why Red, Blue?", "Why slow?"]);
  const comment = inside(2, "textarea")[0] as HTMLInputElement;
  comment.value = "quick";
  comment.dispatchEvent(new Event("input", { bubbles: true }));
  expect(titles().slice(3)).toEqual(["Why Red, Blue?", "Why quick?"]);
});

test("a comment that is required cannot be emptied", async () => {
  const questions = [SURVEY.questions[0], { ...SURVEY.questions[1], required: true }];
  await open({ ...OPEN, survey: { ...OPEN.survey, questions } });
  expect(titles()[1]).toBe("What went wrong?");
  const comment = inside(1, "textarea")[0] as HTMLInputElement;
  comment.value = " ";
  await press("save");
  expect(calls).toHaveLength(1);
  expect(inside(1, "#note")[0]?.textContent).toBe("Please answer.");
});

test("what does not fit is told beside its question, and nothing is saved", async () => {
  await open();
  for (const box of inside(1, "[type=checkbox]")) if (!box.checked) box.click();
  await press("save");
  expect(calls).toHaveLength(1);
  expect(inside(1, "#note")[0]?.textContent).toBe("At most 2.");
});

test("deleting asks once more, and keeping goes back", async () => {
  await open();
  await press("delete");
  expect(document.activeElement?.textContent).toBe("keep");
  await press("keep");
  expect(document.activeElement?.textContent).toBe("delete");
  expect(calls).toHaveLength(1);
});

test("once deleted nothing is left but that it was", async () => {
  await open(OPEN, { ...OPEN, deleted: true, answers: [] });
  await press("delete");
  await press("sure");
  expect(calls[1]?.path).toBe("v1/answer/delete");
  expect(heading()).toBe("deleted");
  expect([...document.querySelectorAll("button")]).toEqual([]);
});

test.each([
  [404, "It has ended."],
  [429, "It failed."],
  [500, "It failed."],
])("a link answered by %i says so in the browser's language", async (status, text) => {
  await open(status);
  expect(heading()).toBe(text);
});

test("a change that could not be saved says so and stays where it is", async () => {
  await open(OPEN, 503);
  (inside(2, "textarea")[0] as HTMLInputElement).value = "quick";
  await press("save");
  expect(said()).toBe("failed");
  expect(inside(2, "textarea")[0]?.value).toBe("quick");
});
