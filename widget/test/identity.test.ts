import { expect, test } from "vitest";
import { loadPage, settle } from "./page.ts";

const expired = { status: 401, body: { code: "token_expired" } };

test("the tag's token goes with every call, without an identify of its own", async () => {
  const page = await loadPage({}, { tag: { user: "u_1", token: "t" } });
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("identify")).toHaveLength(0);
  expect(page.to("decide")[0]?.body.token).toBe("t");
});

test("the tag's user without a token is identified", async () => {
  const page = await loadPage({}, { tag: { user: "u_1" } });
  expect(page.to("identify")[0]?.body).toMatchObject({ user_id: "u_1" });
});

test("what follows an identify waits for it", async () => {
  let answer = (_: Response) => {};
  const page = await loadPage(
    {},
    { replies: { identify: () => new Promise<Response>((resolve) => (answer = resolve)) } },
  );
  page.sayso.identify("u_1", { attributes: { plan: "pro" } });
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.calls.map(({ path }) => path)).toEqual(["identify"]);
  answer(new Response('{"version":1}'));
  await settle(20);
  expect(page.calls.map(({ path }) => path)).toEqual(["identify", "decide"]);
  expect(page.calls[0]?.body.attributes).toEqual({ plan: "pro" });
});

test("a refused string token is dropped, and the call goes on anonymously", async () => {
  const page = await loadPage(
    {},
    { tag: { token: "old" }, replies: { decide: [expired, { body: { ask: null } }] } },
  );
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("decide").map(({ body }) => body.token)).toEqual(["old", undefined]);
});

test("a token function is asked once, and once more when its token is refused", async () => {
  const page = await loadPage({}, { replies: { decide: [expired, { body: { ask: null } }] } });
  let asked = 0;
  page.sayso.identify("u_1", { token: async () => `t${++asked}` });
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("identify")[0]?.body.token).toBe("t1");
  expect(page.to("decide").map(({ body }) => body.token)).toEqual(["t1", "t2"]);
  expect(new Set(page.to("decide").map(({ body }) => body.trigger.id)).size).toBe(1);
});

test("a token function whose fresh token is refused too is given up", async () => {
  const page = await loadPage(
    {},
    { replies: { decide: [expired, expired, { body: { ask: null } }] } },
  );
  page.sayso.identify("u_1", { token: () => "bad" });
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("decide").map(({ body }) => body.token)).toEqual(["bad", "bad", undefined]);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("host");
    },
  ],
  ["rejects", () => Promise.reject(new Error("host"))],
])("a token function that %s leaves the visitor anonymous", async (_, token) => {
  const page = await loadPage();
  page.sayso.identify("u_1", { token });
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("decide")[0]?.body.token).toBeUndefined();
});

test("the first identify keeps the tag's token, another user's does not", async () => {
  const page = await loadPage({}, { tag: { token: "t" } });
  page.sayso.identify("u_1", { attributes: {} });
  await settle(20);
  page.sayso.identify("u_2");
  await settle(20);
  expect(page.to("identify").map(({ body }) => body.token)).toEqual(["t", undefined]);
});

test.each([403, 404])("after a %i the page hears nothing more of us", async (status) => {
  const page = await loadPage({}, { replies: { decide: [{ status }], events: [{ status }] } });
  for (let i = 0; i < 3; i++) {
    page.sayso.track("order_completed");
    page.sayso.track("page_opened");
    await settle(20);
  }
  await settle(1_100);
  expect(page.calls).toHaveLength(1);
});
