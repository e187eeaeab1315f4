import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ASK, at, hide, loadPage, put, settle, show, sized } from "./page.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => at("/"));

const asking = { replies: { decide: [{ body: ASK }] } };

/** How many decisions an event leads to. */
const decisions = async (page: Awaited<ReturnType<typeof loadPage>>, ms = 5_000) => {
  page.sayso.track("order_completed");
  await settle(ms);
  return page.to("decide").length;
};

test("a page that has just come is left alone for three seconds", async () => {
  const page = await loadPage({}, { fresh: true });
  expect(await decisions(page, 2_900)).toBe(0);
  await settle(700);
  expect(page.to("decide")).toHaveLength(1);
});

const loading = (state: DocumentReadyState) =>
  Object.defineProperty(document, "readyState", { value: state, configurable: true });

test("the three seconds count from when the document has loaded, however late", async () => {
  const page = await loadPage({}, { fresh: true, before: () => loading("interactive") });
  expect(await decisions(page, 8_000)).toBe(0);
  at("/next");
  history.replaceState(null, "", "/next");
  await settle(1_000);
  loading("complete");
  window.dispatchEvent(new Event("load"));
  await settle(2_900);
  expect(page.to("decide")).toHaveLength(0);
  await settle(600);
  expect(page.to("decide")).toHaveLength(1);
});

test("a page that never ends loading is waited for no longer than a quarter of a minute", async () => {
  const page = await loadPage({ live: true }, { fresh: true, before: () => loading("loading") });
  expect(await decisions(page, 17_900)).toBe(0);
  expect(page.to("live")).toHaveLength(0);
  await settle(600);
  expect(page.to("decide")).toHaveLength(1);
  expect(page.to("live")).toHaveLength(1);
  loading("complete");
});

test("where no page has to settle one that is still loading asks and streams at once", async () => {
  const page = await loadPage({ live: true, settle: 0 }, { before: () => loading("loading") });
  expect(await decisions(page, 0)).toBe(1);
  await settle(10);
  expect(page.to("live")).toHaveLength(1);
  loading("complete");
});

test("with consent that is given later they count from there, and no stream begins before", async () => {
  const tag = { consent: "wait" };
  const page = await loadPage({ live: true }, { fresh: true, tag });
  window.dispatchEvent(new Event("load"));
  await settle(10_000);
  expect(page.scripts).toEqual([]);
  page.sayso.consent();
  expect(await decisions(page, 2_900)).toBe(0);
  await settle(700);
  expect(page.to("decide")).toHaveLength(1);
});

test("a tab that was opened in the background is left alone as it comes to the front", async () => {
  const page = await loadPage({}, { fresh: true, before: hide });
  await settle(60_000);
  show();
  await settle();
  expect(await decisions(page, 2_900)).toBe(0);
  await settle(700);
  expect(page.to("decide")).toHaveLength(1);
});

test("a route that changes once a second is waited for no longer", async () => {
  const navigation = new EventTarget();
  vi.stubGlobal("navigation", navigation);
  const page = await loadPage({}, { fresh: true });
  page.sayso.track("order_completed");
  for (let second = 1; second <= 20; second++) {
    at(`/map/${second}`);
    navigation.dispatchEvent(new Event("currententrychange"));
    await settle(1_000);
    expect(page.to("decide")).toHaveLength(second < 18 ? 0 : 1);
  }
  vi.unstubAllGlobals();
});

test("they count anew from a route change, at once", async () => {
  const navigation = new EventTarget();
  vi.stubGlobal("navigation", navigation);
  const page = await loadPage({}, { fresh: true });
  await settle(10_000);
  at("/next");
  navigation.dispatchEvent(new Event("currententrychange"));
  expect(await decisions(page, 2_900)).toBe(0);
  await settle(700);
  expect(page.to("decide")).toHaveLength(1);
  vi.unstubAllGlobals();
});

test.each([
  [0, 0, 1],
  [10_000, 9_900, 0],
  [10_000, 10_500, 1],
])("the project says how long: %s ms, after %s ms", async (settle, ms, decided) => {
  const page = await loadPage({ settle }, { fresh: true });
  expect(await decisions(page, ms)).toBe(decided);
});

test("a click asks without waiting for them", async () => {
  const page = await loadPage(
    { moments: [{ survey: "s_1", kind: "click", selector: "button" }] },
    { ...asking, fresh: true },
  );
  put("<button>Help</button>").click();
  await settle(10);
  expect(page.popups).toHaveLength(1);
});

test("nothing of it is loaded until somebody is to be asked", async () => {
  const page = await loadPage({ events: ["order_completed"] });
  sized(put('<div id="CybotCookiebotDialog"></div>'), {});
  await settle(60_000);
  expect(page.scripts).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test("where a quick look finds nothing no file is loaded for a close one", async () => {
  const page = await loadPage({}, asking);
  page.sayso.track("order_completed");
  await settle();
  expect(page.popups).toHaveLength(1);
  const names = page.scripts.map(({ src }) => /(\w+)\.0\.js$/.exec(src)?.[1]);
  expect(names).toEqual(["popup"]);
});

test("what only the close look finds holds decisions up, once a quick one had a reason", async () => {
  const page = await loadPage({}, asking);
  put("<div data-sayso-quiet></div>"); // not in sight
  const shell = put("<x-shell></x-shell>");
  const dialog = document.createElement("div");
  dialog.setAttribute("role", "dialog");
  dialog.style.position = "fixed";
  shell.attachShadow({ mode: "open" }).append(sized(dialog));
  page.sayso.track("order_completed");
  await settle(5_000);
  expect(page.to("decide")).toEqual([]);
  dialog.remove();
  await settle(600);
  expect(page.popups).toHaveLength(1);
});

test("printing is waited out", async () => {
  const page = await loadPage();
  window.dispatchEvent(new Event("beforeprint"));
  expect(await decisions(page)).toBe(0);
  window.dispatchEvent(new Event("afterprint"));
  await settle(600);
  expect(page.to("decide")).toHaveLength(1);
});

test.each([
  ["in sight", {}, 0],
  ["below the fold", { top: 100_000 }, 1],
  ["empty", { width: 0, height: 0 }, 1],
])("what the host marks as quiet counts: %s", async (_, box, decided) => {
  const page = await loadPage();
  sized(put("<div data-sayso-quiet></div>"), box);
  expect(await decisions(page)).toBe(decided);
});

test.each([
  '<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk"></div></div>',
  '<div id="CybotCookiebotDialog"></div>',
  '<div id="didomi-host"><div class="didomi-popup-container"></div></div>',
  '<div class="cky-consent-container"></div>',
  '<div class="klaro"><div class="cookie-notice"></div></div>',
])("an open consent banner is waited out: %s", async (html) => {
  const page = await loadPage();
  const root = put(html);
  const banner = sized(root.firstElementChild ?? root, {});
  expect(await decisions(page)).toBe(0);
  sized(banner, { width: 0 });
  await settle(600);
  expect(page.to("decide")).toHaveLength(1);
});

test("a banner in a component's shadow counts, its button that stays does not", async () => {
  const page = await loadPage();
  const host = sized(put('<div id="usercentrics-root"></div>'), { width: 0, height: 0 });
  const banner = sized(document.createElement("div"), {});
  host.attachShadow({ mode: "open" }).append(banner);
  expect(await decisions(page)).toBe(0);
  sized(banner, { width: 56, height: 56 });
  await settle(600);
  expect(page.to("decide")).toHaveLength(1);
});

test("a banner that comes while the server decides holds the popup back", async () => {
  let answer = (_: Response) => {};
  const decide = () => new Promise<Response>((resolve) => (answer = resolve));
  const page = await loadPage({}, { replies: { decide } });
  page.sayso.track("order_completed");
  await settle();
  const banner = sized(put('<div id="CybotCookiebotDialog"></div>'), {});
  answer(new Response(JSON.stringify(ASK)));
  await settle(2_000);
  expect(page.popups).toEqual([]);
  banner.remove();
  await settle(600);
  expect(page.popups).toHaveLength(1);
});
