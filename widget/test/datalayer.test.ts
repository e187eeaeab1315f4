import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK, loadPage, settle } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());

// biome-ignore lint/suspicious/noExplicitAny: the host's untyped globals
const host = window as any;

afterEach(() => {
  delete host.dataLayer;
  delete host.layer;
  vi.unstubAllGlobals();
});

/** A popup is shown, answered and refused for good. */
const told = async (tag: Record<string, string>) => {
  const page = await loadPage({}, { tag, replies: { decide: [{ body: ASK }] } });
  page.sayso.track("order_completed");
  await settle();
  for (const event of ["shown", "answered", "never"] as const) page.popups[0]?.tell(event);
  await settle();
  return page;
};

const PUSHED = ["shown", "answered", "never"].map((event) => ({
  event: `sayso_${event}`,
  sayso_survey: "s_1",
}));

test("the host's data layer hears what became of a popup, by the survey's id alone", async () => {
  host.dataLayer = [{ theirs: 1 }];
  await told({ datalayer: "" });
  expect(host.dataLayer).toEqual([{ theirs: 1 }, ...PUSHED]);
});

test("it may have another name, and be made by us", async () => {
  await told({ datalayer: "layer" });
  expect(host.layer).toEqual(PUSHED);
  expect(host.dataLayer).toBeUndefined();
});

test("without the attribute nothing is pushed or loaded", async () => {
  const page = await told({});
  expect(host.dataLayer).toBeUndefined();
  expect(page.scripts.some(({ src }) => src.includes("datalayer"))).toBe(false);
});

test("a browser with Global Privacy Control is asked, and its data layer left alone", async () => {
  vi.stubGlobal("navigator", Object.create(navigator, { globalPrivacyControl: { value: true } }));
  const page = await told({ datalayer: "" });
  expect(page.popups).toHaveLength(1);
  expect(host.dataLayer).toBeUndefined();
});
