import { expect, test } from "vitest";
import type { Reply } from "../src/core/wire.ts";
import { SURVEY } from "./page.ts";
import { click, loadCode, openPopup, pass, STEP } from "./popup_page.ts";

const KEPT = '{"inv_1":{"answers":[{"question":"score","value":9}],"complete":false}}';
const settle = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));
/** In which a popup takes no input. */
const EARLY = 410;

test("what an earlier page could not deliver is sent again as soon as the code is here", async () => {
  const { popup } = await loadCode({ ":answers": KEPT });
  await settle();
  expect(popup.posts).toEqual([
    {
      path: "responses",
      body: { invitation: "inv_1", answers: [{ question: "score", value: 9 }], complete: false },
    },
  ]);
  expect(popup.kept[":answers"]).toBe("");
});

test("answers stay kept until the server has acknowledged them", async () => {
  const popup = await openPopup();
  let acknowledge = (_: Reply) => {};
  popup.reply = () => new Promise((resolve) => (acknowledge = resolve));
  popup.all("[role=radio]")[9]?.click();
  await pass(STEP);
  expect(popup.kept[":answers"]).toBe(KEPT);
  acknowledge({});
  await pass(STEP);
  expect(popup.kept[":answers"]).toBe("");
});

test("given up for this page, they stay kept for the next one", async () => {
  const popup = await openPopup();
  popup.reply = async () => undefined;
  popup.all("[role=radio]")[9]?.click();
  await pass(STEP);
  expect(popup.kept[":answers"]).toBe(KEPT);
});

test("a later answer waits for the earlier one, so that it is never overtaken", async () => {
  const popup = await openPopup();
  const acknowledge: ((reply: Reply) => void)[] = [];
  popup.reply = (path) =>
    path === "responses"
      ? new Promise((resolve) => acknowledge.push(resolve))
      : Promise.resolve({});
  const responses = () => popup.posts.filter(({ path }) => path === "responses");
  popup.all("[role=radio]")[9]?.click();
  await pass(STEP);
  popup.one(".quiet").click();
  await pass(STEP);
  expect(responses()).toHaveLength(1);
  acknowledge[0]?.({});
  await pass(STEP);
  expect(responses().map(({ body }) => (body as { complete: boolean }).complete)).toEqual([
    false,
    true,
  ]);
  acknowledge[1]?.({});
  await pass(STEP);
  expect(popup.kept[":answers"]).toBe("");
});

test("when the page is left, the answer that still queues is sent beside the open request", async () => {
  const popup = await openPopup();
  popup.reply = () => new Promise(() => {});
  popup.all("[role=radio]")[9]?.click();
  await pass(STEP);
  popup.one(".quiet").click();
  await pass(STEP);
  window.dispatchEvent(new Event("pagehide"));
  expect(popup.posts.filter(({ path }) => path === "responses")).toHaveLength(2);
});

test("a spoilt store is an empty one", async () => {
  const { popup } = await loadCode({ ":answers": "{not json" });
  await settle();
  expect(popup.posts).toEqual([]);
});

test("without the file that keeps them answers are sent all the same", async () => {
  const { popup, open, files } = await loadCode();
  delete files.offline;
  const close = open({ invitation: "inv_1", survey: SURVEY }, () => {}, []);
  await settle(EARLY);
  click(popup.all("[role=radio]")[9] as HTMLElement, 0);
  await settle();
  expect(popup.posts.filter(({ path }) => path === "responses")).toHaveLength(1);
  expect(popup.kept[":answers"]).toBeUndefined();
  close();
});
