/** A script that was copied, bundled or written into the page does not know whose it is. */
import { beforeEach, expect, test, vi } from "vitest";
import { BASE, loadPage, RULES, settle } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());

test.each([
  ["copied to the host's own folder", "https://shop.example/js/sayso.js"],
  ["copied under another name", "https://shop.example/v1/p/pk_test/bundle.3f9a.js"],
  ["put into a bundle", "https://shop.example/assets/app.js"],
  ["kept by a proxy for scripts", `https://cdn.example/?url=${BASE}sayso.js`],
  ["written into the page", ""],
  ["run as a module", null],
])("one that was %s calls nobody, keeps nothing and says so once", async (_, src) => {
  const before = vi.fn();
  const page = await loadPage(
    { views: [{ survey: "s_1" }], live: true },
    { src, before: () => Object.assign(window, { sayso: [["on", "lost", before]] }) },
  );
  const after = vi.fn();
  page.sayso.on("lost", after);
  page.sayso.track("order_completed");
  page.sayso.identify("u_1");
  page.sayso.show("s_1");
  page.sayso.consent();
  page.sayso.reset();
  window.dispatchEvent(new Event("pagehide"));
  window.dispatchEvent(new Event("pageshow"));
  await settle(120_000);
  expect(before).toHaveBeenCalledTimes(1);
  expect(after).toHaveBeenCalledTimes(1);
  expect(page.calls).toEqual([]);
  expect(page.scripts).toEqual([]);
  expect(localStorage.length).toBe(0);
});

test("one that was put in anew with its address knows whose it is", async () => {
  const lost = vi.fn();
  const page = await loadPage({}, { src: `${BASE}sayso.js?v=3` });
  page.sayso.on("lost", lost);
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(lost).not.toHaveBeenCalled();
  expect(page.to("decide")).toHaveLength(1);
});

test("further files are of the script's own build, whatever the server's rules say", async () => {
  const page = await loadPage(
    { live: true },
    { replies: { "rules.json?v=2": [{ body: { ...RULES, version: 2, popup: "popup.9.js" } }] } },
  );
  page.replies.decide = [{ body: { ask: null, version: 2 } }];
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(page.to("rules.json?v=2")).toHaveLength(1);
  page.sayso.show("s_1");
  await settle(5_000);
  const names = page.scripts.map(({ src }) => src);
  expect(names).toContain("https://ask.example/v1/widget/show.0.js");
  expect(names.filter((name) => !name.endsWith(".0.js"))).toEqual([]);
});
