import { expect, test, vi } from "vitest";
import { ASK, type Call, loadPage, runTag, settle } from "./page.ts";

const stub = (...calls: unknown[][]) => {
  // biome-ignore lint/suspicious/noExplicitAny: the host's stub is an untyped array
  (window as any).sayso = calls;
  return calls;
};

test("calls made before the script came are carried out in their order", async () => {
  const page = await loadPage(
    {},
    {
      before: () =>
        stub(
          ["track", "page_opened", { n: 1 }],
          ["identify", "u_1"],
          ["track", "page_opened", { n: 2 }],
        ),
    },
  );
  await settle(1_100);
  expect(page.to("identify")).toHaveLength(1);
  const body = page.to("events")[0]?.body;
  expect(body.events.map(({ properties }: { properties: object }) => properties)).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
});

test("a reference to the stub that the host kept goes on working", async () => {
  const kept: unknown[][] = [];
  const page = await loadPage({}, { before: () => stub().push(...kept) });
  const reference = page.sayso;
  reference.push(["identify", "u_1"]);
  await settle();
  expect(page.to("identify")).toHaveLength(1);
});

test("a bad call in the queue does not stop the next one", async () => {
  const page = await loadPage(
    {},
    // biome-ignore lint/suspicious/noExplicitAny: whatever a host may do
    { before: () => stub(["nonsense"], null as any, ["identify"], ["identify", "u_1"]) },
  );
  expect(page.to("identify").at(-1)?.body.user_id).toBe("u_1");
});

test("a second tag on the page does nothing", async () => {
  const page = await loadPage({ views: [{ survey: "s_1" }] });
  const first = page.sayso;
  await runTag();
  await settle(20);
  expect(page.sayso).toBe(first);
  expect(page.to("decide")).toHaveLength(1);
});

test("nothing is sent for an event that no rule names", async () => {
  const page = await loadPage();
  page.sayso.track("unheard_of", { a: 1 });
  await settle(1_100);
  expect(page.calls).toEqual([]);
});

test("properties that JSON cannot say drop the call, silently", async () => {
  const page = await loadPage();
  const circle: { self?: object } = {};
  circle.self = circle;
  for (const properties of [circle, { n: 1n }, () => 1]) {
    expect(() => page.sayso.track("order_completed", properties)).not.toThrow();
  }
  await settle(20);
  expect(page.calls).toEqual([]);
});

test("properties are those of the moment of the call", async () => {
  const page = await loadPage();
  const properties = { total: 1 };
  page.sayso.track("page_opened", properties);
  properties.total = 2;
  await settle(1_100);
  expect(page.to("events")[0]?.body.events[0].properties).toEqual({ total: 1 });
});

test("collected events travel together, as text/plain without headers or credentials", async () => {
  const page = await loadPage();
  page.sayso.track("page_opened");
  page.sayso.track("page_opened");
  await settle(1_100);
  expect(page.to("events")).toHaveLength(1);
  const { body, init } = page.to("events")[0] as Call;
  expect(body.events).toHaveLength(2);
  expect(init).toMatchObject({ method: "POST", credentials: "omit", keepalive: true });
  expect(init.headers).toBeUndefined();
  expect(typeof init.body).toBe("string");
});

test("collected events go out at once when the page is left", async () => {
  const page = await loadPage();
  page.sayso.track("page_opened");
  window.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(page.to("events")).toHaveLength(1);
});

test("events survive a server that is away for a moment, under the same ids", async () => {
  vi.useFakeTimers();
  const page = await loadPage({}, { replies: { events: ["away", { status: 503 }, {}] } });
  page.sayso.track("page_opened");
  await settle(10_000);
  const ids = page.to("events").map(({ body }) => body.events[0].id);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});

test("a host's callback that throws harms nobody", async () => {
  const page = await loadPage({}, { replies: { decide: [{ body: ASK }] } });
  const heard: unknown[] = [];
  page.sayso.on("shown", () => {
    throw new Error("host");
  });
  page.sayso.on("shown", (detail: unknown) => heard.push(detail));
  page.sayso.track("order_completed");
  await settle(20);
  page.popups[0]?.tell("shown");
  expect(heard).toEqual([{ survey: "s_1" }]);
});
