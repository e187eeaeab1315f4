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
    events: [],
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
  await settle(10_001);
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

const names = (events: { name: string }[]): string[] => events.map(({ name }) => name);

test("what was collected is brought along by the event that follows, in order, and not sent again", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("page_opened");
  page.sayso.track("page_opened", { second: true });
  page.sayso.track("order_completed");
  await settle(20);
  const { events, trigger, sent_at } = page.to("decide")[0]?.body ?? {};
  expect(names(events)).toEqual(["page_opened", "page_opened"]);
  // Also within one millisecond.
  const times = [...events, trigger].map(({ at }: { at: string }) => at);
  expect([...new Set(times)].sort()).toEqual(times);
  expect(sent_at > trigger.at).toBe(true);
  await settle(2_000);
  expect(page.to("events")).toEqual([]);
});

/** A backend's invitation has come. */
const askInvitation = async (invitation: string) => {
  const { load } = await import("../src/core/load.ts");
  (await load("leftover"))?.askInvitation_(invitation);
};

/** The loader that runs in the page. */
const loader = () => import("../src/core/ask.ts");

test.each(["page_view", "invitation", "click"] as const)(
  "what was collected is brought along by a %s too",
  async (kind) => {
    const before = () => Object.assign(window, { sayso: [["hold"]] });
    const views = kind === "page_view" ? [{ survey: "12345678" }] : [];
    const page = await loadPage({ views }, { before });
    page.sayso.track("page_opened");
    const { ask } = await loader();
    if (kind === "invitation") await askInvitation("inv_2");
    if (kind === "click") ask({ kind, surveys: ["12345678"] }, Date.now() + 9_000);
    page.sayso.release();
    await settle(900);
    const { trigger, events } = page.to("decide")[0]?.body ?? {};
    expect([trigger.kind, names(events)]).toEqual([kind, ["page_opened"]]);
  },
);

test("what is on its way is brought along as well, since it may arrive later", async () => {
  const events = () => new Promise<Response>(() => {});
  const page = await loadPage({}, { replies: { ...asking.replies, events } });
  page.sayso.track("page_opened");
  await settle(1_500);
  page.sayso.track("order_completed");
  await settle(20);
  const sent = page.to("events")[0]?.body.events;
  expect(page.to("decide")[0]?.body.events).toEqual(sent);
});

test("what a decision could not bring along is sent by itself", async () => {
  const page = await loadPage({}, { replies: { decide: [{ status: 422 }] } });
  page.sayso.track("page_opened");
  page.sayso.track("order_completed");
  await settle(50);
  expect(names(page.to("events")[0]?.body.events)).toEqual(["page_opened"]);
  expect(page.to("events")).toHaveLength(1);
});

test("no call is longer than the server takes, however much is collected", async () => {
  const page = await loadPage();
  for (let n = 0; n < 400; n++) page.sayso.track("page_opened", { n });
  page.sayso.track("page_opened", { long: "x".repeat(15_000) });
  await settle(2_000);
  const sent = page.to("events").map(({ body }) => body.events as unknown[]);
  expect(sent.flat()).toHaveLength(401);
  for (const events of sent) {
    expect(events.length).toBeLessThan(101);
    expect(JSON.stringify(events).length < 10_001 || events.length === 1).toBe(true);
  }
});

test("after a log-out nothing of the earlier visitor is brought along", async () => {
  const page = await loadPage();
  page.sayso.track("page_opened");
  page.sayso.reset();
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("decide")[0]?.body.events).toEqual([]);
  expect(page.to("events")[0]?.body.visitor).not.toBe(page.to("decide")[0]?.body.visitor);
});

test("events are decided in their order, whichever finds the page quiet first", async () => {
  const page = await loadPage();
  page.sayso.hold();
  page.sayso.track("order_completed", { n: 1 });
  await settle(300);
  page.sayso.track("order_completed", { n: 2 });
  // The second one looks next.
  await settle(400);
  page.sayso.release();
  await settle(3_000);
  const decided = page.to("decide").map(({ body }) => body.trigger.properties.n);
  expect(decided).toEqual([1, 2]);
});

test("what waits is asked for after the events that came before", async () => {
  const page = await loadPage();
  page.sayso.hold();
  await askInvitation("inv_2");
  await settle(300);
  page.sayso.track("order_completed");
  await settle(100);
  page.sayso.release();
  await settle(3_000);
  expect(page.to("decide").map(({ body }) => body.trigger.kind)).toEqual(["event", "invitation"]);
});
