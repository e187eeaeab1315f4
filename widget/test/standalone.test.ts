/** A script that does not come from the server has to fetch its rules before it begins. */
import { beforeEach, expect, test, vi } from "vitest";
import { loadPage, type Page, RULES, settle } from "./page.ts";

const TAG = { project: "pk_test", host: "https://ask.example/" };
const NO_RULES = { version: 0, events: [], tracked: [] };
const FOUND = { body: RULES };

const load = (rules: Page["replies"][string], tag: Record<string, string> = {}): Promise<Page> =>
  loadPage(NO_RULES, { tag: { ...TAG, ...tag }, replies: { "rules.json": rules } });

beforeEach(() => {
  vi.doMock("../src/core/tag.ts", () => import("../src/builds/standalone_tag.ts"));
  vi.doMock("../src/core/has_rules.ts", () => import("../src/builds/standalone_rules.ts"));
  vi.useFakeTimers();
});

test("what is called before the rules have come waits for them, with its own time", async () => {
  let come = (_: Response): void => {};
  const page = await load(() => new Promise((resolve) => (come = resolve)));
  const at = new Date().toISOString();
  page.sayso.track("order_completed");
  await settle(2_000);
  expect(page.calls.map(({ path }) => path)).toEqual(["rules.json"]);
  come(new Response(JSON.stringify(RULES)));
  await settle(5_000);
  expect(page.to("decide").map(({ body }) => body.trigger)).toMatchObject([
    { name: "order_completed", at },
  ]);
});

test("a project that asks for consent has its rules fetched, and nothing more before it", async () => {
  const page = await load([{ body: { ...RULES, consent: "wait" } }]);
  page.sayso.track("order_completed");
  window.dispatchEvent(new Event("pageshow"));
  await settle(5_000);
  expect(page.calls.map(({ path }) => path)).toEqual(["rules.json"]);
  expect(localStorage.length).toBe(0);
  page.sayso.consent();
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(1);
});

test.each([
  ["its tag", { src: null }],
  ["the project", { tag: { host: "https://ask.example" } }],
  ["the host", { tag: { project: "pk_test" } }],
  ["the host's scheme", { tag: { project: "pk_test", host: "/sayso" } }],
])("a pinned script that has lost %s does nothing and says so", async (_, options) => {
  const page = await loadPage(NO_RULES, options);
  const lost = vi.fn();
  page.sayso.on("lost", lost);
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(lost).toHaveBeenCalledTimes(1);
  expect(page.calls).toEqual([]);
});

test("rules that cannot be had are asked for again, ever less often", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const page = await load(["away", { status: 503 }, "away", FOUND]);
  page.sayso.track("order_completed");
  for (const [ms, times] of [
    [999, 1],
    [1, 2],
    [1_999, 2],
    [1, 3],
    [3_999, 3],
    [1, 4],
    [120_000, 4],
  ] as const) {
    await settle(ms);
    expect(page.to("rules.json")).toHaveLength(times);
  }
  expect(page.to("decide")).toHaveLength(1);
});

test("what is no rules, as a hotel's log-in page, is asked for again", async () => {
  const hotel = new Response("<html>Welcome</html>");
  let first = true;
  const page = await load(() => {
    const reply = first ? Promise.resolve(hotel) : FOUND;
    first = false;
    return reply;
  });
  await settle(2_000);
  expect(page.to("rules.json")).toHaveLength(2);
});

test.each([403, 404])("who is told %i is not wanted, and does not ask again", async (status) => {
  const page = await load([{ status }, FOUND]);
  page.sayso.track("order_completed");
  await settle(120_000);
  expect(page.calls).toHaveLength(1);
});

test.each([
  ["tag", { tag: { ...TAG, consent: "wait" } }],
  ["address", { tag: TAG, src: "https://shop.example/js/sayso.0.js?consent=wait" }],
])("without consent that its %s asks for not even the rules are asked for", async (_, how) => {
  const page = await loadPage(NO_RULES, { ...how, replies: { "rules.json": [FOUND] } });
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(page.calls).toEqual([]);
  page.sayso.consent();
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(1);
});

test("consent that is withdrawn while rules cannot be had ends the asking for them", async () => {
  const page = await load(["away"]);
  page.sayso.consent(false);
  await settle(120_000);
  expect(page.to("rules.json")).toHaveLength(1);
});

test("a page that comes back meanwhile asks for the rules no second time", async () => {
  const page = await load(() => new Promise(() => {}));
  window.dispatchEvent(new Event("pageshow"));
  await settle();
  expect(page.to("rules.json")).toHaveLength(1);
});

test("visitor and storage are those of the served script", async () => {
  await load([FOUND]);
  await settle();
  expect(Object.keys(localStorage)).toContain("sayso:pk_test");
});
