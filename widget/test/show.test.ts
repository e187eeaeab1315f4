import { beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, put, settle } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());

const asking = { replies: { decide: [{ body: ASK }] } };
const ID = "0190aaaa-0000-7000-8000-000000000001";

const unavailable = (page: Awaited<ReturnType<typeof loadPage>>) => {
  const heard: unknown[] = [];
  page.sayso.on("unavailable", (detail: unknown) => heard.push(detail));
  return heard;
};

test("what is opened by hand is decided and shown at once, on a page just come, whatever goes on", async () => {
  const page = await loadPage({}, { ...asking, fresh: true });
  put('<div aria-modal="true">');
  page.sayso.hold();
  page.sayso.show(ID);
  await settle();
  expect(page.to("decide")[0]?.body.trigger).toEqual({
    kind: "show",
    id: expect.any(String),
    at: expect.any(String),
    surveys: [ID],
  });
  expect(page.popups).toHaveLength(1);
});

test("the host hears when a survey cannot be opened", async () => {
  const page = await loadPage();
  const heard = unavailable(page);
  page.sayso.show(ID);
  await settle();
  expect(page.popups).toEqual([]);
  expect(heard).toEqual([{ survey: ID }]);
});

test("it never opens over another popup", async () => {
  const page = await loadPage({}, asking);
  const heard = unavailable(page);
  page.sayso.track("order_completed");
  await settle();
  page.sayso.show(ID);
  await settle(3_000);
  expect(page.to("decide")).toHaveLength(1);
  expect(heard).toEqual([{ survey: ID }]);
});
