import { expect, test, vi } from "vitest";
import type { Answer, Parts, Question, Survey, Way } from "../src/core/wire.ts";
import { LABELS } from "./kinds/kinds_page.ts";
import { click, openPopup, type Popup, pass, STEP } from "./popup_page.ts";

const text = (id: string, title: string | Parts, then?: Way[]): Question =>
  ({ id, kind: "text", title, long: false, limit: 100, placeholder: "", then }) as Question;

const nps = (then: Way[]): Question => ({
  id: "score",
  kind: "nps",
  title: "How likely?",
  low: "Not",
  high: "Very",
  then,
});

const tea = (then: Way[]): Question => ({
  id: "tea",
  kind: "choice",
  title: "Which?",
  multiple: false,
  options: [
    { id: "green", label: "Green tea" },
    { id: "black", label: "Black tea" },
  ],
  then,
});

const open = (questions: Question[], survey: Partial<Survey> = {}, begun = {}): Promise<Popup> =>
  openPopup({ questions, labels: LABELS, more: ["kinds", "flow"], ...survey }, 500, begun);

const title = (popup: Popup): string | null => popup.one("#title").textContent;

const choose = async (popup: Popup, name: string): Promise<void> => {
  const named = (one: HTMLElement) => (one.getAttribute("aria-label") ?? one.textContent) === name;
  const found = popup.all("button").find((one) => !one.hidden && named(one));
  if (!found) throw new Error(`no ${name}`);
  click(found, 0);
  await pass(STEP);
};

const write = async (popup: Popup, words: string): Promise<void> => {
  const field = popup.one(".field") as HTMLInputElement;
  field.value = words;
  field.dispatchEvent(new Event("input"));
  await choose(popup, popup.one(".send").textContent as string);
};

const sent = (popup: Popup): { answers: Answer[]; complete: boolean } =>
  popup.posts.filter(({ path }) => path === "responses").at(-1)?.body as never;

const LATER = [text("bad", "What was bad?"), text("good", "What was good?")];
const BY_SCORE = nps([{ most: 6, go: 1 }, { least: 9, go: 2 }, { go: 3 }]);

test.each([
  ["0, Not", "What was bad?"],
  ["6", "What was bad?"],
  ["9", "What was good?"],
  ["7", "Thank you!"],
  ["8", "Thank you!"],
])("after a score of %s comes %j", async (score, next) => {
  const popup = await open([BY_SCORE, ...LATER]);
  await choose(popup, score);
  expect(title(popup)).toBe(next);
  expect(sent(popup).complete).toBe(next === "Thank you!");
});

test("without a way that holds the next question comes", async () => {
  const popup = await open([nps([{ least: 9, go: 2 }]), ...LATER]);
  await choose(popup, "5");
  expect(title(popup)).toBe("What was bad?");
});

test("a choice leads on, and what was chosen earlier may lead on later", async () => {
  const popup = await open([
    tea([{ any: ["green"], go: 1 }]),
    text("why", "Why?", [{ of: "tea", any: ["green"], go: 3 }]),
    text("never", "Never?"),
    text("last", "Last?"),
  ]);
  await choose(popup, "Green tea");
  await write(popup, "so");
  expect(title(popup)).toBe("Last?");
  popup.close();
  const other = await open([
    tea([{ any: ["green"], go: 2 }]),
    text("why", "Why not?"),
    text("last", "Last?"),
  ]);
  await choose(other, "Black tea");
  expect(title(other)).toBe("Why not?");
});

test("words that were taken back lead on as none", async () => {
  const popup = await open([
    text("why", "Why?", [{ given: false, go: 2 }]),
    text("given", "Given"),
    text("last", "Last"),
  ]);
  await write(popup, "said");
  expect(title(popup)).toBe("Given");
  await choose(popup, "Why? ");
  const field = popup.one(".field") as HTMLInputElement;
  field.value = "";
  field.dispatchEvent(new Event("input"));
  await choose(popup, "Skip");
  expect(title(popup)).toBe("Last");
});

test.each([
  ["said", "Given"],
  ["", "Skipped"],
])("words or none lead on: %j", async (words, next) => {
  const popup = await open([
    text("why", "Why?", [
      { given: true, go: 1 },
      { given: false, go: 2 },
    ]),
    text("given", "Given"),
    text("skipped", "Skipped"),
  ]);
  if (words) await write(popup, words);
  else await choose(popup, "Skip");
  expect(title(popup)).toBe(next);
});

test("back leads to the question that was asked before, not to the one beside it", async () => {
  const popup = await open([BY_SCORE, ...LATER]);
  await choose(popup, "10, Very");
  expect(title(popup)).toBe("What was good?");
  await choose(popup, "How likely? 10");
  expect(title(popup)).toBe("How likely?");
});

test("who goes back and on by another way has not said what lies beside it", async () => {
  const popup = await open([
    nps([{ most: 6, go: 1 }, { go: 3 }]),
    text("bad", "Bad?"),
    text("more", "More?"),
  ]);
  await choose(popup, "2");
  await write(popup, "slow");
  expect(title(popup)).toBe("More?");
  await choose(popup, "Bad? ");
  await choose(popup, "How likely? 2");
  await choose(popup, "9");
  expect(sent(popup)).toEqual({
    invitation: "inv_1",
    answers: [
      { question: "score", value: 9 },
      { question: "bad", value: null },
    ],
    complete: true,
  });
});

const repeated = (answer: string): Parts => ({
  parts: ["You said ", { answer, or: "nothing" }, "."],
});

test("a text repeats what was answered, as text", async () => {
  const popup = await open([
    text("name", "Who?"),
    text("next", repeated("name")),
    text("last", "Last"),
  ]);
  await write(popup, "<img src=x onerror=alert(1)> {answer.name|x}");
  expect(title(popup)).toBe("You said <img src=x onerror=alert(1)> {answer.name|x}.");
  expect(popup.all("#title *")).toEqual([]);
});

test("a text repeats an option's words, and has others where nothing was said", async () => {
  const chosen = await open([tea([]), text("next", repeated("tea")), text("last", "Last")]);
  await choose(chosen, "Black tea");
  expect(title(chosen)).toBe("You said Black tea.");
  chosen.close();
  const skipped = await open([text("name", "Who?"), text("next", repeated("name"))]);
  await choose(skipped, "Skip");
  expect(title(skipped)).toBe("You said nothing.");
});

test("how far one has come is told quietly", async () => {
  const popup = await open([BY_SCORE, ...LATER]);
  const told = () => popup.one("[role=progressbar]").getAttribute("aria-valuenow");
  expect(told()).toBe("0");
  await choose(popup, "2");
  expect(told()).toBe("33");
});

test("the thanks fit the score, and a link is offered to everybody and stays", async () => {
  for (const [score, thanks] of [
    ["6", "Sorry."],
    ["9", "Great!"],
  ] as const) {
    const popup = await open([nps([])], {
      thanks: {
        title: "Thanks",
        by_score: [
          { max: 6, title: "Sorry." },
          { max: 10, title: "Great!" },
        ],
        link: { label: "Review us", url: "https://reviews.example/" },
      },
    });
    await choose(popup, score);
    expect(title(popup)).toBe(thanks);
    const link = popup.one("a") as HTMLAnchorElement;
    expect([link.textContent, link.href, link.rel]).toEqual([
      "Review us",
      "https://reviews.example/",
      "noopener noreferrer",
    ]);
    await pass(60_000);
    expect(popup.host).not.toBeNull();
    popup.close();
  }
});

test.each(["javascript:alert(1)", "data:text/html,x", "http://plain.example/"])(
  "a link to %s is not offered",
  async (url) => {
    const popup = await open([nps([])], {
      thanks: { title: "Thanks", link: { label: "Go", url } },
    });
    await choose(popup, "5");
    expect(popup.all("a")).toEqual([]);
  },
);

test("a survey may end on another page, which a script is not", async () => {
  const gone = vi.spyOn(location, "assign").mockImplementation(() => {});
  for (const redirect of ["https://host.example/done", "javascript:alert(1)"]) {
    const popup = await open([nps([])], { thanks: { title: "Thanks", redirect } });
    await choose(popup, "5");
    popup.close();
  }
  expect(gone.mock.calls).toEqual([["https://host.example/done"]]);
});
