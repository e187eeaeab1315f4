import { expect, test, vi } from "vitest";
import { ASK, loadPage, settle } from "./page.ts";

const visitorOf = async (page: Awaited<ReturnType<typeof loadPage>>) => {
  page.sayso.track("order_completed");
  await settle(20);
  return page.to("decide").at(-1)?.body.visitor;
};

test("the visitor id is 128 random bits, kept under the project's key", async () => {
  const visitor = await visitorOf(await loadPage());
  expect(visitor).toMatch(/^[0-9a-f]{32}$/);
  expect(localStorage.getItem("sayso:pk_test")).toBe(visitor);
});

test("the next page is the same visitor", async () => {
  const visitor = await visitorOf(await loadPage());
  // biome-ignore lint/suspicious/noExplicitAny: a new page has no sayso
  delete (window as any).sayso;
  expect(await visitorOf(await loadPage())).toBe(visitor);
});

test.each(["getItem", "setItem", "removeItem"])("a throwing %s does not matter", async (method) => {
  const broken = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  vi.stubGlobal("localStorage", {
    ...broken,
    [method]: () => {
      throw new Error("denied");
    },
    clear: () => {},
  });
  const page = await loadPage();
  const visitor = await visitorOf(page);
  expect(visitor).toMatch(/^[0-9a-f]{32}$/);
  expect(await visitorOf(page)).toBe(visitor);
});

test("no localStorage at all does not matter", async () => {
  vi.stubGlobal("localStorage", undefined);
  expect(await visitorOf(await loadPage())).toMatch(/^[0-9a-f]{32}$/);
  vi.unstubAllGlobals();
});

test("a page on plain http, without randomUUID and locks, works", async () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(await visitorOf(await loadPage({ live: true }))).toMatch(/^[0-9a-f]{32}$/);
});

test("reset makes a new visitor, drops the token and closes the popup", async () => {
  const page = await loadPage({}, { tag: { token: "old" }, replies: { decide: [{ body: ASK }] } });
  const before = await visitorOf(page);
  expect(page.to("decide")[0]?.body.token).toBe("old");
  page.sayso.reset();
  expect(page.popups[0]?.closed).toBe(true);
  expect(localStorage.getItem("sayso:pk_test")).not.toBe(before);
  const after = await visitorOf(page);
  expect(after).not.toBe(before);
  expect(page.to("decide").at(-1)?.body.token).toBeUndefined();
});
