import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, settle } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const asking = { replies: { decide: [{ body: ASK }] } };

test("an event of a rule is decided at once, with its own id and the page", async () => {
  const page = await loadPage();
  page.sayso.track("order_completed", { total: 99 });
  await settle();
  expect(page.to("decide")[0]?.body).toEqual({
    visitor: expect.stringMatching(/^[0-9a-f]{32}$/),
    trigger: {
      kind: "event",
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: "order_completed",
      properties: { total: 99 },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
    page: { url: location.href, locale: expect.any(String) },
    sent_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(page.to("events")).toEqual([]);
});

test("the page's time zone is looked up only where the project has quiet hours", async () => {
  const page = await loadPage({ zone: true });
  page.sayso.track("order_completed");
  await settle();
  const { zone } = page.to("decide")[0]?.body.page ?? {};
  expect(zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("who is asked sees the popup, loaded once with the tag's nonce", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("order_completed");
  await settle();
  expect(page.popups[0]?.ask).toEqual(ASK.ask);
  page.popups[0]?.tell("closed");
  page.sayso.track("order_completed");
  await settle(600);
  expect(page.popups).toHaveLength(2);
  const popups = page.scripts.filter(({ src }) => src.includes("/popup."));
  expect(popups).toHaveLength(1);
  expect(popups[0]).toMatchObject({
    nonce: "n0",
    crossOrigin: expect.stringMatching(/^(anonymous)?$/),
    src: "https://ask.example/v1/widget/popup.0.js",
  });
});

test("who is not asked sees nothing", async () => {
  const page = await loadPage();
  page.sayso.track("order_completed");
  await settle(2_000);
  expect(page.popups).toEqual([]);
});

test("one popup at a time: the second event waits until the first popup is gone", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("order_completed");
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(1);
  page.popups[0]?.tell("closed");
  await settle(600);
  expect(page.to("decide")).toHaveLength(2);
});

test("a host that lets our policy be made once gets it once", async () => {
  let made = 0;
  const createPolicy = (_: string, policy: object) => {
    if (made++) throw new TypeError("duplicate");
    return policy;
  };
  vi.stubGlobal("trustedTypes", { createPolicy });
  const page = await loadPage({ moments: [{ survey: "s_1", kind: "exit_intent" }] }, asking);
  page.sayso.track("order_completed");
  await settle();
  expect(page.scripts).toHaveLength(2);
  expect(page.popups).toHaveLength(1);
});

test("after a minute without quiet the moment is over, but the event is still a fact", async () => {
  const page = await loadPage();
  page.sayso.hold();
  page.sayso.track("order_completed", { total: 1 });
  await settle(62_000);
  page.sayso.release();
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(0);
  expect(page.to("events")[0]?.body.events[0]).toMatchObject({ name: "order_completed" });
});

test("an event that still waits when the page is left is not lost", async () => {
  const page = await loadPage();
  page.sayso.hold();
  page.sayso.track("order_completed");
  window.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(page.to("events")).toHaveLength(1);
});

test("nothing runs while nothing waits", async () => {
  await loadPage({ views: [{ survey: "s_1" }] });
  await settle(5_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("a failed decision is repeated under the same id, for ten seconds", async () => {
  const page = await loadPage({}, { replies: { decide: ["away"] } });
  page.sayso.track("order_completed");
  await settle(9_900);
  const ids = page.to("decide").map(({ body }) => body.trigger.id);
  expect(ids.length).toBeGreaterThan(2);
  expect(new Set(ids).size).toBe(1);
  await settle(30_000);
  expect(page.to("decide")).toHaveLength(ids.length);
  expect(page.to("events")[0]?.body.events[0].id).toBe(ids[0]);
});

test("a popup whose file cannot be had is silence, and is tried anew each time it is needed", async () => {
  const page = await loadPage({}, asking);
  page.broken = true;
  page.sayso.track("order_completed");
  await settle(1_000);
  page.broken = false;
  page.sayso.track("order_completed");
  await settle(1_000);
  expect(page.scripts.filter(({ src }) => src.includes("/popup."))).toHaveLength(3);
  expect(page.popups).toHaveLength(1);
});

test("a popup is held back when the visitor began to type meanwhile, and its claim let go", async () => {
  let answer = (_: Response) => {};
  const page = await loadPage(
    {},
    { replies: { decide: () => new Promise<Response>((resolve) => (answer = resolve)) } },
  );
  page.sayso.track("order_completed");
  await settle();
  page.sayso.hold();
  answer(new Response(JSON.stringify({ ...ASK, version: 1 })));
  await settle(12_600);
  page.sayso.release();
  await settle(1_000);
  expect(page.popups).toEqual([]);
  expect(page.to("decide")).toHaveLength(1);
  // The lease is over after 15 s: the same page asks again by itself.
  await settle(5_000);
  expect(page.to("decide").map(({ body }) => body.trigger.kind)).toEqual(["event", "invitation"]);
});

test("an invitation with a delay is asked for when its time has come", async () => {
  const waiting = { invitation: "inv_9", in: 30 };
  const page = await loadPage(
    {},
    { replies: { decide: [{ body: { ask: null, waiting } }, { body: ASK }] } },
  );
  page.sayso.track("order_completed");
  await settle(29_000);
  expect(page.to("decide")).toHaveLength(1);
  await settle(2_000);
  expect(page.to("decide")[1]?.body.trigger.kind).toBe("invitation");
  expect(page.popups).toHaveLength(1);
});

test("what was collected has arrived before the event that follows it is decided", async () => {
  let arrive = (_: Response): void => {};
  const events = () =>
    new Promise<Response>((resolve) => {
      arrive = resolve;
    });
  const page = await loadPage({}, { replies: { ...asking.replies, events } });
  page.sayso.track("page_opened");
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.calls.map(({ path }) => path)).toEqual(["events"]);
  arrive(new Response("{}"));
  await settle(20);
  expect(page.calls.map(({ path }) => path)).toEqual(["events", "decide"]);
});

test("while the server is slow the event that follows waits a second, and no longer", async () => {
  const events = () => new Promise<Response>(() => {});
  const page = await loadPage({}, { replies: { ...asking.replies, events } });
  page.sayso.track("page_opened");
  page.sayso.track("order_completed");
  await settle(900);
  expect(page.to("decide")).toHaveLength(0);
  await settle(200);
  expect(page.to("decide")).toHaveLength(1);
});
