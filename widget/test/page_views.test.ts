import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hide, loadPage, settle, show } from "./page.ts";

const { pushState, replaceState } = history;

beforeEach(() => {
  vi.useFakeTimers();
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
  (window as any).happyDOM.setURL("https://shop.example/");
});

afterEach(() => {
  Object.assign(history, { pushState, replaceState });
});

const go = async (path: string, by: "pushState" | "replaceState" = "pushState") => {
  const url = new URL(path, location.href).href;
  history[by](null, "", url);
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom's pushState does not move location
  (window as any).happyDOM.setURL(url);
  await settle(300);
};

/** As `go`, and the page settles there. */
const arrive = async (...to: Parameters<typeof go>) => {
  await go(...to);
  await settle(3_000);
};

const docs = { views: [{ survey: "s_docs", match: "prefix" as const, value: "/docs" }] };

test("a page that no rule means sends nothing", async () => {
  const page = await loadPage(docs);
  await settle(1_000);
  expect(page.calls).toEqual([]);
});

test("the first page is decided at once if a rule means it", async () => {
  const page = await loadPage({ views: [{ survey: "s_1" }] });
  await settle();
  expect(page.to("decide")[0]?.body.trigger).toEqual({
    kind: "page_view",
    id: expect.any(String),
    at: expect.any(String),
    surveys: ["s_1"],
  });
});

test.each(["pushState", "replaceState"] as const)("a route change by %s is a view", async (by) => {
  const page = await loadPage(docs);
  await arrive("/docs/a", by);
  expect(page.to("decide")[0]?.body.page.url).toBe("https://shop.example/docs/a");
});

test.each(["popstate", "hashchange"])("%s is a view when the address changed", async (type) => {
  const page = await loadPage(docs);
  window.dispatchEvent(new Event(type));
  await settle(300);
  expect(page.calls).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
  (window as any).happyDOM.setURL("https://shop.example/docs#x");
  window.dispatchEvent(new Event(type));
  await settle(3_300);
  expect(page.to("decide")).toHaveLength(1);
});

test("with the Navigation API history is left alone", async () => {
  const navigation = new EventTarget();
  vi.stubGlobal("navigation", navigation);
  const page = await loadPage(docs);
  expect(history.pushState).toBe(pushState);
  // biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
  (window as any).happyDOM.setURL("https://shop.example/docs");
  navigation.dispatchEvent(new Event("currententrychange"));
  await settle(3_300);
  expect(page.to("decide")).toHaveLength(1);
});

test("the host's pushState gets its own arguments, and its errors stay its own", async () => {
  const seen: unknown[] = [];
  history.pushState = function (...args: unknown[]) {
    seen.push(this, ...args);
    throw new Error("host");
  };
  await loadPage(docs);
  expect(() => history.pushState({ a: 1 }, "t", "/x")).toThrow("host");
  expect(seen).toEqual([history, { a: 1 }, "t", "/x"]);
});

test("a burst of route changes is one view, of where it ends", async () => {
  const page = await loadPage({ views: [{ survey: "s_1", match: "contains", value: "shop" }] });
  await settle();
  for (const path of ["/a", "/b", "/c"]) {
    history.replaceState(null, "", path);
    // biome-ignore lint/suspicious/noExplicitAny: happy-dom's own window
    (window as any).happyDOM.setURL(`https://shop.example${path}`);
    await settle(100);
  }
  await settle(3_300);
  expect(page.to("decide").map(({ body }) => new URL(body.page.url).pathname)).toEqual(["/", "/c"]);
});

test("a delay counts only if the visitor is still on a matching page", async () => {
  const page = await loadPage({
    views: [{ survey: "s_1", match: "prefix", value: "/docs", delay: 5 }],
  });
  await go("/docs/a");
  await settle(3_000);
  expect(page.calls).toEqual([]);
  await go("/docs/b");
  await settle(3_500);
  expect(page.to("decide")).toHaveLength(1);
  await go("/docs/c");
  await go("/cart");
  await settle(6_000);
  expect(page.to("decide")).toHaveLength(1);
});

test("rules with the same delay cause one question, another delay another", async () => {
  const page = await loadPage({
    views: [{ survey: "a" }, { survey: "b" }, { survey: "c", delay: 2 }],
  });
  await settle(500);
  expect(page.to("decide").map(({ body }) => body.trigger.surveys)).toEqual([["a", "b"]]);
  await settle(2_500);
  expect(page.to("decide")[1]?.body.trigger.surveys).toEqual(["c"]);
});

test("a page opened in the background is viewed when it comes to the front", async () => {
  const page = await loadPage({ views: [{ survey: "s_1" }] }, { before: hide });
  await settle(120_000);
  expect(page.calls).toEqual([]);
  show();
  await settle();
  expect(page.to("decide")).toHaveLength(1);
});

test("who moves on while the popup waits for quiet is not asked about the page they left", async () => {
  const page = await loadPage(docs);
  page.sayso.hold();
  await go("/docs");
  await go("/cart");
  page.sayso.release();
  await settle(2_000);
  expect(page.calls).toEqual([]);
});

/** Of ten seconds in which the address is replaced each second: whether an event was asked about. */
const isAskedAmid = async (
  path: (second: number) => string,
  rules: Parameters<typeof loadPage>[0],
) => {
  const page = await loadPage(rules, { fresh: true });
  page.sayso.track("order_completed");
  for (let second = 0; second < 10; second++) await go(path(second), "replaceState");
  await settle(1_000);
  return page.to("decide").some(({ body }) => body.trigger.kind === "event");
};

const reading = { views: [{ survey: "s_1", match: "contains" as const, value: "tab=reviews" }] };

test.each([
  ["a query", (second: number) => `/?t=${second}`],
  ["a query beside one that a rule reads", (second: number) => `/?tab=reviews&t=${second}`],
  ["the heading that is read", (second: number) => `/#part-${second}`],
  ["a query of a hash route", (second: number) => `/#/list?t=${second}`],
])("what is no other view keeps nobody from being asked: %s", async (_, path) => {
  expect(await isAskedAmid(path, reading)).toBe(true);
});

test.each([
  ["/a?tab=reviews", 1],
  ["/?tab=reviews", 1],
  ["/?tab=prices", 0],
  ["/#tab=reviews", 1],
  ["/#reviews", 0],
])("a query or a hash makes another view where a rule reads it: %s", async (path, views) => {
  const page = await loadPage(reading);
  await arrive(path);
  expect(page.to("decide")).toHaveLength(views);
});

test.each([
  ["/#/cart", true],
  ["/#!/cart", true],
  ["/#cart", false],
  ["/?step=2", false],
  ["/cart", true],
])("moments begin anew with another route, not with another query: %s, %s", async (path, anew) => {
  const page = await loadPage({
    moments: [{ survey: "s_1", kind: "time_on_page", seconds: 10 }],
  });
  await settle(6_000);
  await go(path);
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(anew ? 0 : 1);
});
