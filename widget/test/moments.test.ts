import { expect, test, vi } from "vitest";
import type { PageRules } from "../src/core/wire.ts";
import { asked, click, go, pageOf, rule, watching } from "./moment_page.ts";
import { hide, loadPage, put, settle } from "./page.ts";

test("without moments no file of theirs is loaded", async () => {
  const page = await loadPage();
  await settle(5_000);
  expect(page.scripts).toEqual([]);
});

test("with moments their file comes from beside the popup's, once", async () => {
  const page = await watching(rule("click", { selector: ".export" }));
  await go("/next");
  await go("/further");
  const moments = page.scripts.filter(({ src }) => src.includes("/moments."));
  expect(moments.map(({ src }) => src)).toEqual(["https://ask.example/v1/widget/moments.0.js"]);
});

test("nothing runs while a click, a scroll or a leaving pointer is waited for", async () => {
  pageOf(3_000);
  await watching(
    rule("click", { text: "Export" }),
    rule("exit_intent"),
    rule("scroll", { percent: 50 }),
  );
  await settle(5_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("while the page is hidden no timer runs", async () => {
  await watching(rule("time_on_page", { seconds: 10 }), rule("inactivity", { seconds: 10 }));
  hide();
  expect(vi.getTimerCount()).toBe(0);
});

test("each rule comes once a view, and again on the next one", async () => {
  const page = await watching(rule("click", { selector: "button" }));
  const button = put("<button>x</button>");
  await click(button);
  await click(button);
  expect(asked(page)).toHaveLength(1);
  await go("/next");
  await click(button);
  expect(asked(page)).toHaveLength(2);
});

test("a moment is only watched for where its URL rule says", async () => {
  const docs = { match: "prefix", value: "/docs" } as const;
  const page = await watching(
    rule("click", { selector: "button", ...docs }),
    rule("time_on_page", { seconds: 5, ...docs }),
  );
  const button = put("<button>x</button>");
  await click(button);
  await settle(10_000);
  expect(page.calls).toEqual([]);
  await go("/docs/a");
  await click(button);
  await settle(5_000);
  expect(asked(page)).toEqual([
    ["click", "s_click"],
    ["time_on_page", "s_time_on_page"],
  ]);
});

test("who moves on while the host holds is not asked about the page they left", async () => {
  const page = await watching(
    rule("time_on_page", { seconds: 5, match: "prefix", value: "/docs" }),
  );
  await go("/docs/a");
  page.sayso.hold();
  await settle(6_000);
  await go("/cart");
  page.sayso.release();
  await settle(5_000);
  expect(page.calls).toEqual([]);
});

test("rules that a publication took away fire no more", async () => {
  const next: Partial<PageRules> = { version: 2, moments: [] };
  const page = await loadPage(
    { moments: [rule("click", { selector: "button" }), rule("click", { selector: "i" })] },
    {
      replies: {
        "rules.json?v=2": [{ body: next }],
        decide: [{ body: { ask: null, version: 2 } }],
      },
    },
  );
  await click(put("<i>x</i>"));
  await click(put("<button>x</button>"));
  expect(asked(page)).toHaveLength(1);
});
