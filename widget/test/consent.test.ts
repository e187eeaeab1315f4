import { beforeEach, expect, test, vi } from "vitest";
import type { PageRules } from "../src/core/wire.ts";
import { ASK, BASE, loadPage, settle } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());

const asking = { replies: { decide: [{ body: ASK }] } };
const wait = { tag: { consent: "wait" } };

const watchStorage = () => {
  const touched: unknown[] = [];
  const touch = (...args: unknown[]) => {
    touched.push(args);
    return null;
  };
  vi.stubGlobal("localStorage", { getItem: touch, setItem: touch, removeItem: touch, clear() {} });
  vi.stubGlobal("sessionStorage", { getItem: touch, setItem: touch });
  return touched;
};

test("a tag that waits for consent stores, reads and sends nothing", async () => {
  const touched = watchStorage();
  const page = await loadPage(
    { views: [{ survey: "s_1" }], live: true, moments: [{ survey: "s_2", kind: "click" }] },
    { tag: { consent: "wait", user: "u_1" } },
  );
  page.sayso.track("order_completed");
  page.sayso.identify("u_2");
  page.sayso.reset();
  page.sayso.show("s_1");
  page.sayso.debug("token");
  history.pushState(null, "", "/next");
  window.dispatchEvent(new Event("pagehide"));
  window.dispatchEvent(new Event("pageshow"));
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  await settle(120_000);
  expect(touched).toEqual([]);
  expect(page.calls).toEqual([]);
  expect(page.scripts).toEqual([]);
  vi.unstubAllGlobals();
});

test.each([
  ["the project's policy", { rules: { consent: "wait" } }],
  ["the script's address", { src: `${BASE}sayso.js?consent=wait` }],
  ["the script's address, beside other words", { src: `${BASE}sayso.js?v=2&consent=wait#top` }],
  ["a call of the stub", { before: () => Object.assign(window, { sayso: [["consent", false]] }) }],
] as const)(
  "consent that %s asks for survives the loss of the tag's attributes",
  async (_, how) => {
    const { rules = {}, ...options } = how as { rules?: Partial<PageRules> };
    const page = await loadPage({ views: [{ survey: "s_1" }], live: true, ...rules }, options);
    page.sayso.track("order_completed");
    window.dispatchEvent(new Event("pageshow"));
    await settle(5_000);
    expect(page.calls).toEqual([]);
    expect(page.scripts).toEqual([]);
    expect(localStorage.length).toBe(0);
    page.sayso.consent();
    await settle(5_000);
    expect(page.to("decide").map(({ body }) => body.trigger.kind)).toContain("event");
    page.sayso.consent(false);
    expect(localStorage.length).toBe(0);
  },
);

test.each(["given", ""])("an address that says %j of consent asks for none", async (said) => {
  const page = await loadPage({}, { src: `${BASE}sayso.js?consent=${said}` });
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(1);
});

test("what was called before consent is carried out then, in its order", async () => {
  const page = await loadPage({}, wait);
  page.sayso.identify("u_1");
  page.sayso.track("page_opened", { n: 1 });
  page.sayso.consent();
  page.sayso.track("page_opened", { n: 2 });
  await settle(4_000);
  expect(page.calls.map(({ path }) => path)).toEqual(["identify", "events"]);
  const { events } = page.to("events")[0]?.body ?? {};
  expect(events.map((event: { properties: object }) => event.properties)).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  expect(localStorage.getItem("sayso:pk_test")).toBe(page.to("events")[0]?.body.visitor);
});

test("calls of the stub wait for the consent that may be among them", async () => {
  const page = await loadPage(
    {},
    {
      ...wait,
      before: () => {
        // biome-ignore lint/suspicious/noExplicitAny: the host's stub is an untyped array
        (window as any).sayso = [["identify", "u_1"], ["consent"]];
      },
    },
  );
  await settle();
  expect(page.to("identify")).toHaveLength(1);
});

test("an event keeps its own time: long before consent it is a fact that nobody is asked about", async () => {
  const page = await loadPage({}, { ...wait, ...asking });
  const at = new Date().toISOString();
  page.sayso.track("order_completed");
  await settle(70_000);
  page.sayso.consent();
  await settle(5_000);
  expect(page.to("decide")).toEqual([]);
  expect(page.to("events")[0]?.body.events[0].at).toBe(at);
});

test("who has just consented is not asked in the same breath", async () => {
  const page = await loadPage({ views: [{ survey: "s_1" }] }, { ...wait, ...asking, fresh: true });
  await settle(60_000);
  page.sayso.consent();
  await settle(2_900);
  expect(page.to("decide")).toEqual([]);
  await settle(700);
  expect(page.popups).toHaveLength(1);
});

test("withdrawn, the popup closes and nothing is left or sent", async () => {
  localStorage.setItem("theirs", "1");
  localStorage.setItem("sayso:pk_test:answers", '{"inv_0":{"answers":[],"complete":true}}');
  sessionStorage.setItem("sayso:pk_test", '{"until":0}');
  const page = await loadPage({ views: [{ survey: "s_1" }], live: true }, asking);
  page.sayso.track("order_completed");
  await settle();
  page.sayso.track("page_opened");
  const before = page.calls.length;
  page.sayso.consent(false);
  expect(page.popups[0]?.closed).toBe(true);
  expect(Object.keys(localStorage)).toEqual(["theirs"]);
  page.sayso.track("order_completed");
  page.sayso.identify("u_1");
  window.dispatchEvent(new Event("pagehide"));
  window.dispatchEvent(new Event("pageshow"));
  await settle(120_000);
  expect(page.calls).toHaveLength(before);
  expect(Object.keys(localStorage)).toEqual(["theirs"]);
  expect(Object.keys(sessionStorage)).toEqual([]);
});

test("a decision on its way when consent is withdrawn shows nothing and keeps nothing", async () => {
  let answer = (_: Response) => {};
  const decide = () => new Promise<Response>((resolve) => (answer = resolve));
  const page = await loadPage({}, { replies: { decide } });
  page.sayso.track("order_completed");
  await settle();
  page.sayso.consent(false);
  answer(new Response(JSON.stringify({ ...ASK, version: 2 })));
  await settle(60_000);
  expect(page.popups).toEqual([]);
  expect(page.to("rules.json?v=2")).toEqual([]);
  expect(Object.keys(localStorage)).toEqual([]);
});

test("what a file of ours still wants to keep after that stays out of the browser", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("order_completed");
  await settle();
  page.sayso.consent(false);
  const { keep_: keep, recall_: recall } = page.scripts[0]?.sayso ?? {};
  keep?.(":left");
  localStorage.setItem("sayso:pk_test:left", "1");
  expect(recall?.(":left")).toBe("");
  localStorage.clear();
  keep?.(":left", "2");
  expect(Object.keys(localStorage)).toEqual([]);
});

test("consent given anew begins with a stranger", async () => {
  const page = await loadPage({}, { tag: { token: "old" } });
  page.sayso.track("order_completed");
  await settle();
  page.sayso.consent(false);
  page.sayso.consent();
  page.sayso.track("order_completed");
  await settle(4_000);
  const [first, second] = page.to("decide").map(({ body }) => body);
  expect(second.visitor).not.toBe(first.visitor);
  expect(second.token).toBeUndefined();
  expect(localStorage.getItem("sayso:pk_test")).toBe(second.visitor);
});

test("refused before it was ever given, what an earlier page kept goes", async () => {
  localStorage.setItem("sayso:pk_test", "0".repeat(32));
  const page = await loadPage({}, wait);
  page.sayso.track("page_opened");
  page.sayso.consent(false);
  expect(Object.keys(localStorage)).toEqual([]);
  page.sayso.consent();
  await settle(2_000);
  expect(page.to("events")).toHaveLength(1);
});

test("a page that is prepared in advance sends nothing until it is visited", async () => {
  const prerendering = (value: boolean) =>
    Object.defineProperty(document, "prerendering", { value, configurable: true });
  const touched = watchStorage();
  const page = await loadPage(
    { views: [{ survey: "s_1" }], live: true },
    { before: () => prerendering(true), tag: { user: "u_1" } },
  );
  page.sayso.track("page_opened");
  await settle(30_000);
  expect(page.calls).toEqual([]);
  expect(touched).toEqual([]);
  prerendering(false);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  await settle(2_000);
  expect(page.calls.map(({ path }) => path)).toContain("identify");
  expect(page.to("events")).toHaveLength(1);
  vi.unstubAllGlobals();
});

test("a page without an origin, which the server would refuse, sends nothing", async () => {
  vi.stubGlobal("origin", "null");
  const page = await loadPage({ views: [{ survey: "s_1" }] }, { tag: { user: "u_1" } });
  page.sayso.track("order_completed");
  await settle(120_000);
  expect(page.calls).toEqual([]);
  vi.unstubAllGlobals();
});
