import { expect, test } from "vitest";
import { loadPage, settle } from "./page.ts";

const visitor = () => localStorage.getItem("sayso:pk_test");
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

test("events before a log-out are sent with the token of the user who made them", async () => {
  const page = await loadPage({}, { tag: { token: "t_1" } });
  const earlier = visitor();
  page.sayso.track("page_opened");
  page.sayso.reset();
  await settle(20);
  expect(page.to("events").map(({ body }) => [body.visitor, body.token])).toEqual([
    [earlier, "t_1"],
  ]);
  expect(visitor()).not.toBe(earlier);
});

test.each([
  ["reset and identify", true],
  ["identify alone", false],
])("a call that is repeated after %s stays about the earlier user", async (_, logsOut) => {
  const page = await loadPage(
    {},
    { tag: { user: "u_1", token: "t_1" }, replies: { events: ["away", { body: {} }] } },
  );
  const earlier = visitor();
  page.sayso.track("page_opened");
  await settle(1_100);
  if (logsOut) page.sayso.reset();
  page.sayso.identify("u_2", { token: "t_2" });
  await settle(1_300);
  expect(page.to("events").map(({ body }) => [body.visitor, body.token])).toEqual([
    [earlier, "t_1"],
    [earlier, "t_1"],
  ]);
});

test("an identify that is repeated after a log-out stays about its user", async () => {
  const page = await loadPage({}, { replies: { identify: ["away", { body: {} }] } });
  const earlier = visitor();
  page.sayso.identify("u_1", { token: "t_1", attributes: { plan: "pro" } });
  await settle(20);
  page.sayso.reset();
  page.sayso.identify("u_2", { token: "t_2" });
  await settle(1_300);
  const about = page.to("identify").map(({ body }) => [body.user_id, body.token]);
  expect(about.filter(([user]) => user === "u_1")).toEqual([
    ["u_1", "t_1"],
    ["u_1", "t_1"],
  ]);
  const ofTheFirst = page.to("identify").filter(({ body }) => body.user_id === "u_1");
  expect(new Set(ofTheFirst.map(({ body }) => body.visitor))).toEqual(new Set([earlier]));
});

test("what somebody collected is not sent with the decision about the next user", async () => {
  const page = await loadPage({}, { tag: { user: "u_1", token: "t_1" } });
  page.sayso.track("page_opened");
  page.sayso.identify("u_2", { token: "t_2" });
  page.sayso.track("order_completed");
  await settle(1_200);
  const told = page.to("events").map(({ body }) => [body.token, body.events.length]);
  expect(told).toEqual([["t_1", 1]]);
  expect(page.to("decide").map(({ body }) => [body.token, body.events.length])).toEqual([
    ["t_2", 0],
  ]);
});

test("a token function that failed is called again for the next call", async () => {
  const page = await loadPage();
  let calls = 0;
  const token = () => (++calls === 1 ? Promise.reject(new Error("host")) : "t");
  page.sayso.identify("u_1", { token });
  await settle(20);
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("identify")[0]?.body.token).toBeUndefined();
  expect(page.to("decide")[0]?.body.token).toBe("t");
});
