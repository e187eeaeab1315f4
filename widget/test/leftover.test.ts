import { beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, settle } from "./page.ts";

const LEFT = "sayso:pk_test:left";

beforeEach(() => void vi.useFakeTimers());

const asking = { replies: { decide: [{ body: ASK }] } };
const leaveIn = (ms: number) => localStorage.setItem(LEFT, `${Date.now() + ms}`);

test("a claim leaves a mark until the lease is over", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("order_completed");
  await settle();
  const left = Number(localStorage.getItem(LEFT)) - Date.now();
  expect(left).toBeGreaterThan(14_900);
  expect(left).toBeLessThan(16_100);
});

test("the next page asks for it, when the lease is over and not before", async () => {
  leaveIn(8_000);
  const page = await loadPage({}, asking);
  await settle(7_900);
  expect(page.to("decide")).toHaveLength(0);
  await settle(200);
  expect(page.to("decide")[0]?.body.trigger.kind).toBe("invitation");
  expect(page.popups).toHaveLength(1);
});

test("an older one is asked for at once", async () => {
  leaveIn(-60_000);
  expect((await loadPage({}, asking)).to("decide")).toHaveLength(1);
});

test("after a quarter of an hour nobody asks any more", async () => {
  leaveIn(-901_000);
  const page = await loadPage({}, asking);
  await settle(20_000);
  expect(page.to("decide")).toHaveLength(0);
});

test("what another tab has settled meanwhile is not asked for", async () => {
  leaveIn(8_000);
  const page = await loadPage({}, asking);
  localStorage.removeItem(LEFT);
  await settle(20_000);
  expect(page.to("decide")).toHaveLength(0);
});

test("when nothing waits the mark goes, and a page without a mark asks nothing", async () => {
  leaveIn(-1_000);
  await loadPage();
  await settle();
  expect(localStorage.getItem(LEFT)).toBe("");
  const next = await loadPage();
  await settle(60_000);
  expect(next.calls).toEqual([]);
});

test("what is left meanwhile for later is asked for then, and not before", async () => {
  leaveIn(3_000);
  const page = await loadPage({}, asking);
  leaveIn(8_000);
  await settle(7_000);
  expect(page.to("decide")).toHaveLength(0);
});

test("nor is what this page itself was waiting for, once another tab has settled it", async () => {
  const waiting = { invitation: "inv_9", in: 30 };
  const page = await loadPage({}, { replies: { decide: [{ body: { ask: null, waiting } }] } });
  page.sayso.track("order_completed");
  await settle(1_000);
  localStorage.removeItem(LEFT);
  await settle(60_000);
  expect(page.to("decide")).toHaveLength(1);
});
