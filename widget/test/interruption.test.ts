import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK, at, hide, loadPage, put, settle, show, sized } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const asking = { replies: { decide: [{ body: ASK }] } };

/** Tracks, and tells how many decisions were asked for after so many ms. */
const decided = async (ms = 0, page?: Awaited<ReturnType<typeof loadPage>>) => {
  const on = page ?? (await loadPage());
  if (!page) on.sayso.track("order_completed");
  await settle(ms);
  return on.to("decide").length;
};

const typeInto = (element: HTMLElement) => {
  element.focus();
  element.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true, composed: true }));
};

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

/** A browser counts what is pressed in a frame as the page's own, for some seconds. */
const pressing = (isActive: boolean) =>
  Object.defineProperty(navigator, "userActivation", { value: { isActive }, configurable: true });

test("a focused frame may be a card number being typed, until nothing is pressed, or for long enough", async () => {
  const page = await loadPage();
  put("<iframe></iframe>").focus();
  pressing(true);
  page.sayso.track("order_completed");
  expect(await decided(9_000, page)).toBe(0);
  pressing(false);
  expect(await decided(600, page)).toBe(1);
  pressing(true);
  page.sayso.track("order_completed");
  expect(await decided(20_500, page)).toBe(2);
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom has none
  delete (navigator as any).userActivation;
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

test("fullscreen, an open modal and a hidden tab are waited out", async () => {
  const page = await loadPage();
  const property = (value: unknown) =>
    Object.defineProperty(document, "fullscreenElement", { value, configurable: true });
  property(document.body);
  page.sayso.track("order_completed");
  expect(await decided(2_000, page)).toBe(0);
  const modal = sized(put('<div aria-modal="true">'));
  property(null);
  expect(await decided(2_000, page)).toBe(0);
  modal.remove();
  hide();
  expect(await decided(2_000, page)).toBe(0);
  show();
  expect(await decided(600, page)).toBe(1);
});

const playing = (video: Partial<HTMLVideoElement>) => {
  const element = sized(put("<video></video>"));
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

test("in a frame without any size nobody is asked until it has one", async () => {
  vi.stubGlobal("innerWidth", 0);
  const page = await loadPage();
  page.sayso.track("order_completed");
  expect(await decided(2_000, page)).toBe(0);
  vi.stubGlobal("innerWidth", 320);
  expect(await decided(500, page)).toBe(1);
  vi.unstubAllGlobals();
});
