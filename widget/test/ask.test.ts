import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK, hide, loadPage, settle, show } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());

const asking = { replies: { decide: [{ body: ASK }] } };

const typeInto = (element: HTMLElement) => {
  element.focus();
  element.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true, composed: true }));
};

const put = (html: string): HTMLElement => {
  const box = document.createElement("div");
  box.innerHTML = html;
  document.body.append(box);
  return box.firstElementChild as HTMLElement;
};

/** Tracks, and tells how many decisions were asked for after so many ms. */
const decided = async (ms = 0, page?: Awaited<ReturnType<typeof loadPage>>) => {
  const on = page ?? (await loadPage());
  if (!page) on.sayso.track("order_completed");
  await settle(ms);
  return on.to("decide").length;
};

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
  expect(page.scripts).toHaveLength(1);
  expect(page.scripts[0]).toMatchObject({
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

test("a visitor who types is left alone until two seconds after the last key", async () => {
  const page = await loadPage();
  typeInto(put("<input>"));
  page.sayso.track("order_completed");
  await settle(1_900);
  expect(page.to("decide")).toHaveLength(0);
  await settle(700);
  expect(page.to("decide")).toHaveLength(1);
});

test("typing in a shadow root counts", async () => {
  const page = await loadPage();
  const host = put("<div></div>");
  const field = document.createElement("textarea");
  host.attachShadow({ mode: "open" }).append(field);
  typeInto(field);
  Object.defineProperty(document, "activeElement", { value: host, configurable: true });
  page.sayso.track("order_completed");
  expect(await decided(1_000, page)).toBe(0);
  // biome-ignore lint/suspicious/noExplicitAny: the getter of the prototype comes back
  delete (document as any).activeElement;
});

test("a field that merely has the focus holds nobody up", async () => {
  const page = await loadPage();
  put("<input>").focus();
  page.sayso.track("order_completed");
  expect(await decided(0, page)).toBe(1);
});

test("a word being composed counts as typing for as long as it takes", async () => {
  const page = await loadPage();
  const field = put("<input>");
  field.focus();
  field.dispatchEvent(new Event("compositionstart", { bubbles: true }));
  page.sayso.track("order_completed");
  expect(await decided(9_000, page)).toBe(0);
  field.dispatchEvent(new Event("compositionend", { bubbles: true }));
  expect(await decided(3_000, page)).toBe(1);
});

test("a focused frame may be a card number being typed", async () => {
  const page = await loadPage();
  const frame = document.createElement("iframe");
  Object.defineProperty(document, "activeElement", { value: frame, configurable: true });
  page.sayso.track("order_completed");
  expect(await decided(9_000, page)).toBe(0);
  // biome-ignore lint/suspicious/noExplicitAny: the getter of the prototype comes back
  delete (document as any).activeElement;
  expect(await decided(600, page)).toBe(1);
});

test("while the host holds, nobody is asked", async () => {
  const page = await loadPage();
  page.sayso.hold();
  page.sayso.track("order_completed");
  expect(await decided(9_000, page)).toBe(0);
  page.sayso.release();
  expect(await decided(600, page)).toBe(1);
});

const excluded = [{ match: "prefix" as const, value: "/checkout" }];
// biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
const at = (path: string) => (window as any).happyDOM.setURL(`https://shop.example${path}`);

test("on an excluded page nobody is asked, for an event neither", async () => {
  at("/checkout/pay");
  const page = await loadPage({ excluded, views: [{ survey: "s_1" }] });
  page.sayso.track("order_completed");
  expect(await decided(59_000, page)).toBe(0);
  at("/thanks");
  expect(await decided(1_500, page)).toBe(2);
});

test("an invitation that waits stays waiting on an excluded page, however long", async () => {
  at("/checkout");
  localStorage.setItem("sayso:pk_test:left", `${Date.now()}`);
  const page = await loadPage({ excluded }, asking);
  expect(await decided(600_000, page)).toBe(0);
  at("/");
  expect(await decided(700, page)).toBe(1);
  expect(page.popups).toHaveLength(1);
});

test("who comes to an excluded page while it is decided sees no popup there", async () => {
  at("/");
  let answer = (_: Response) => {};
  const decide = () => new Promise<Response>((resolve) => (answer = resolve));
  const page = await loadPage({ excluded }, { replies: { decide } });
  page.sayso.track("order_completed");
  await settle();
  at("/checkout");
  answer(new Response(JSON.stringify({ ...ASK, version: 1 })));
  await settle(10_000);
  expect(page.popups).toEqual([]);
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

test("fullscreen, an open modal and a hidden tab are waited out", async () => {
  const page = await loadPage();
  const property = (value: unknown) =>
    Object.defineProperty(document, "fullscreenElement", { value, configurable: true });
  property(document.body);
  page.sayso.track("order_completed");
  expect(await decided(2_000, page)).toBe(0);
  const modal = put('<div aria-modal="true">');
  property(null);
  expect(await decided(2_000, page)).toBe(0);
  modal.remove();
  hide();
  expect(await decided(2_000, page)).toBe(0);
  show();
  expect(await decided(600, page)).toBe(1);
});

const playing = (video: Partial<HTMLVideoElement>) => {
  const element = put("<video></video>");
  for (const name in video) {
    Object.defineProperty(element, name, { value: video[name as keyof HTMLVideoElement] });
  }
};

test.each([
  ["a playing video", { paused: false, muted: false }, 0],
  [
    "a muted video that the visitor started",
    { paused: false, muted: true, autoplay: false, loop: false },
    0,
  ],
  ["a paused video", { paused: true, muted: false }, 1],
  ["muted moving decoration", { paused: false, muted: true, autoplay: true, loop: true }, 1],
])("%s: %j", async (_, video, decisions) => {
  const page = await loadPage();
  playing(video);
  page.sayso.track("order_completed");
  expect(await decided(2_000, page)).toBe(decisions);
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
  expect(page.scripts).toHaveLength(3);
  expect(page.popups).toHaveLength(1);
});

test("Retry-After is respected", async () => {
  const page = await loadPage(
    {},
    { replies: { decide: [{ status: 429, headers: { "retry-after": "6" } }, { body: ASK }] } },
  );
  page.sayso.track("order_completed");
  await settle(5_900);
  expect(page.to("decide")).toHaveLength(1);
  await settle(200);
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

afterEach(() => void vi.useRealTimers());
