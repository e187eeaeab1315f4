import { beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, SURVEY, settle } from "./page.ts";
import { click, openPopup, pass, STEP } from "./popup_page.ts";

const KEY = "sayso:pk_test";
const BEGUN = { ...ASK.ask, answers: [{ question: "score", value: 3 }], trail: [0, 1] };

const leave = (visitor = "v1", until = Date.now() + 60_000): void => {
  localStorage.setItem(KEY, "v1");
  sessionStorage.setItem(KEY, JSON.stringify({ ask: BEGUN, visitor, until }));
};

beforeEach(() => {
  vi.useFakeTimers();
});

test("a popup that is half answered is left for the next page, and taken away at its end", async () => {
  const popup = await openPopup();
  expect(popup.left).toEqual([]);
  click(popup.all("[role=radio]")[3] as HTMLElement, 0);
  await pass(STEP);
  expect(popup.left).toEqual([
    {
      invitation: "inv_1",
      survey: SURVEY,
      answers: [{ question: "score", value: 3 }],
      trail: [0, 1],
    },
  ]);
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
  expect(popup.left.length).toBe(2);
  expect(popup.left.at(-1)).toBeUndefined();
});

test("one question alone leaves nothing", async () => {
  const popup = await openPopup({ questions: [SURVEY.questions[0] as never] });
  click(popup.all("[role=radio]")[3] as HTMLElement, 0);
  await pass(60_000);
  expect(popup.left).toEqual([]);
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
