import { expect, test } from "vitest";
import { asked, pageOf, rule, watching } from "./moment_page.ts";
import { at, put, settle } from "./page.ts";

const scrollTo = async (top: number) => {
  document.documentElement.scrollTop = top;
  document.dispatchEvent(new Event("scroll"));
  await settle(200);
};

test("scroll depth is a share of what can be scrolled", async () => {
  pageOf(2_600);
  const page = await watching(
    rule("scroll", { percent: 50, survey: "half" }),
    rule("scroll", { percent: 100, survey: "end" }),
  );
  await settle(2_000);
  await scrollTo(900);
  expect(page.calls).toEqual([]);
  await scrollTo(1_000);
  expect(asked(page)).toEqual([["scroll", "half"]]);
  await scrollTo(1_999.4);
  expect(asked(page)).toEqual([
    ["scroll", "half"],
    ["scroll", "end"],
  ]);
});

test("a page shorter than the window is seen whole once it has its content", async () => {
  pageOf(500);
  const page = await watching(rule("scroll", { percent: 100 }));
  await settle(900);
  expect(page.calls).toEqual([]);
  await settle(200);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test("in an application's shell the box in its middle is what scrolls", async () => {
  pageOf(600);
  const box = put('<main style="overflow-y: auto"><p></p></main>');
  for (const [name, value] of Object.entries({ scrollHeight: 1_600, clientHeight: 600 })) {
    Object.defineProperty(box, name, { value });
  }
  document.elementFromPoint = () => box.firstElementChild;
  const page = await watching(rule("scroll", { percent: 50 }));
  await settle(2_000);
  expect(page.calls).toEqual([]);
  box.scrollTop = 600;
  box.dispatchEvent(new Event("scroll"));
  await settle(200);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test("a route that has no content yet is no page seen whole", async () => {
  pageOf(2_600);
  const page = await watching(rule("scroll", { percent: 50, match: "prefix", value: "/docs" }));
  await settle(2_000);
  history.pushState(null, "", "/docs");
  at("/docs");
  pageOf(500);
  await scrollTo(0); // there is less to scroll, so the browser scrolls
  pageOf(2_600);
  await settle(5_000);
  expect(page.calls).toEqual([]);
  await scrollTo(1_500);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test("another query is the same view, of which one may scroll on", async () => {
  pageOf(2_600);
  const page = await watching(rule("scroll", { percent: 50 }));
  await settle(2_000);
  history.replaceState(null, "", "/?seen=1");
  at("/?seen=1");
  await scrollTo(1_500);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});

test.each([
  ["what a component shows", "<main><p></p></main>", ""],
  ["what it is given to show", "<main><slot></slot></main>", "<p></p>"],
])("a shell that is a component scrolls %s", async (_, inside, given) => {
  pageOf(600);
  const shell = put(`<my-shell>${given}</my-shell>`);
  const root = shell.attachShadow({ mode: "open" });
  root.innerHTML = inside;
  const box = root.firstElementChild as HTMLElement;
  box.style.overflowY = "auto";
  for (const [name, value] of Object.entries({ scrollHeight: 1_600, clientHeight: 600 })) {
    Object.defineProperty(box, name, { value });
  }
  // happy-dom knows no slots.
  Object.defineProperty(shell.firstElementChild || {}, "assignedSlot", {
    value: box.firstElementChild,
  });
  document.elementFromPoint = () => shell.firstElementChild || shell;
  root.elementFromPoint = () => shell.firstElementChild || box.firstElementChild;
  const page = await watching(rule("scroll", { percent: 50 }));
  await settle(2_000);
  expect(page.calls).toEqual([]);
  box.scrollTop = 600;
  box.dispatchEvent(new Event("scroll")); // no window hears of it
  await settle(200);
  expect(asked(page)).toEqual([["scroll", "s_scroll"]]);
});
