import { beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, SURVEY, settle } from "./page.ts";
import { click, openPopup, pass, STEP } from "./popup_page.ts";

const KEY = "sayso:pk_test";
const BEGUN = {
  ...ASK.ask,
  answers: [{ question: "score", value: 3 }],
  trail: [0, 1],
  seen: true as const,
};
const UNANSWERED = { ...ASK.ask, answers: [], trail: [0], seen: true };

const leave = (visitor = "v1", until = Date.now() + 60_000, ask: object = BEGUN): void => {
  localStorage.setItem(KEY, "v1");
  sessionStorage.setItem(KEY, JSON.stringify({ ask, visitor, until }));
};

beforeEach(() => {
  vi.useFakeTimers();
});

test("an open popup is left for the next page, with what was answered, and taken away at its end", async () => {
  const popup = await openPopup();
  expect(popup.left).toEqual([UNANSWERED]);
  click(popup.all("[role=radio]")[3] as HTMLElement, 0);
  await pass(STEP);
  expect(popup.left.at(-1)).toEqual(BEGUN);
  click(popup.one(".close"));
  await pass(STEP);
  expect(popup.left.at(-1)).toBeUndefined();
});

test("a popup that is answered to its end leaves nothing", async () => {
  const popup = await openPopup();
  click(popup.all("[role=radio]")[3] as HTMLElement, 0);
  await pass(STEP);
  click(popup.one(".send"));
  await pass(STEP);
  expect(popup.left).toEqual([UNANSWERED, BEGUN, undefined]);
});

test("one question alone leaves nothing once it is answered", async () => {
  const popup = await openPopup({ questions: [SURVEY.questions[0] as never] });
  click(popup.all("[role=radio]")[3] as HTMLElement, 0);
  await pass(60_000);
  expect(popup.left.at(-1)).toBeUndefined();
});

test("one that was shown before says nothing of it again", async () => {
  const popup = await openPopup({}, 5_000, { seen: true });
  expect(popup.posts).toEqual([]);
  expect(popup.told).toEqual([]);
});

test("the server says whether one that was not answered comes back", async () => {
  leave("v1", undefined, UNANSWERED);
  const seen = { ...ASK.ask, seen: true };
  const page = await loadPage({}, { replies: { decide: [{ body: { ask: seen } }] } });
  await settle();
  expect(page.to("decide").map(({ body }) => body.trigger)).toMatchObject([
    { kind: "return", held: "inv_1" },
  ]);
  expect(page.popups.map(({ ask }) => ask)).toEqual([seen]);
  expect(localStorage.getItem(`${KEY}:left`)).toBeNull();
});

test("what the server does not bring back is gone", async () => {
  leave("v1", undefined, UNANSWERED);
  const page = await loadPage();
  await settle();
  expect(page.to("decide").length).toBe(1);
  expect(page.popups).toEqual([]);
  expect(sessionStorage.getItem(KEY)).toBeNull();
});

test("a popup goes on where it was, and is not said to be shown again", async () => {
  const popup = await openPopup({}, 5_000, BEGUN);
  expect(popup.one("#title").textContent).toBe("What went wrong?");
  expect(popup.posts).toEqual([]);
  expect(popup.told).toEqual([]);
  expect(popup.one(".back").textContent).toBe("3");
});

test("the next page of the tab opens it again, without asking the server", async () => {
  leave();
  const page = await loadPage();
  await settle();
  expect(page.popups.map(({ ask }) => ask)).toEqual([BEGUN]);
  expect(page.calls).toEqual([]);
});

test("nothing else is asked beside it", async () => {
  leave();
  const before = () => Object.assign(window, { sayso: [["hold"]] });
  const page = await loadPage({}, { replies: { decide: [{ body: ASK }] }, before });
  await settle(250);
  page.sayso.track("order_completed");
  // Both look again every half second, and the event's turn comes first.
  await settle(450);
  page.sayso.release();
  await settle(5_000);
  expect(page.popups.length).toBe(1);
  expect(page.to("decide")).toEqual([]);
  expect(localStorage.getItem(`${KEY}:left`)).toBeNull();
});

test.each([
  ["somebody else's", () => leave("v2")],
  ["too long ago", () => leave("v1", Date.now() - 1)],
])("what is %s is dropped", async (_, before) => {
  before();
  const page = await loadPage();
  await settle();
  expect(page.popups).toEqual([]);
  expect(sessionStorage.getItem(KEY)).toBeNull();
});

test("without a storage nothing is left and nothing breaks", async () => {
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new DOMException("forbidden", "SecurityError");
  });
  const page = await loadPage();
  expect(page.calls).toEqual([]);
  expect(page.sayso.track).toBeTypeOf("function");
});
