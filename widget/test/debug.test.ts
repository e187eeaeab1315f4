import { afterEach, expect, test } from "vitest";
import type { PageRules } from "../src/core/wire.ts";
import { loadPage, type Page, put, settle } from "./page.ts";

const green = {
  passed: true,
  because: "No other popup is open.",
  remedy: "",
  saw: {},
  until: null,
};
const red = {
  passed: false,
  because: "Another survey was shown too short a time ago.",
  remedy: "Wait, or shorten `throttle.cool_down_days`.",
  saw: { cool_down_days: 7, last_shown: "2026-11-20T10:04:11+00:00" },
  until: "2026-11-27T10:04:11+00:00",
};
const survey = (more: object = {}) => ({
  survey: "1",
  rule: "aaaa0001",
  name: "After an order",
  state: "live",
  trigger: { event: "order_completed" },
  decision: { reason: "cooling_down", because: red.because, remedy: red.remedy },
  checks: [green, red],
  ...more,
});
const asking = {
  decision: { reason: "asked", because: "Nothing spoke against asking.", remedy: "" },
  checks: [green],
};
const person = { user_id: "u_42", known: true };

// Taken out by anybody else it would come back.
afterEach(() => press("Close"));

const all = (selector: string) => [
  ...(document.querySelector("sayso-debug")?.shadowRoot?.querySelectorAll<HTMLElement>(selector) ||
    []),
];
const text = (selector: string) => all(selector).map((element) => element.textContent);
const press = (label: string) => all(`[aria-label="${label}"]`)[0]?.click();

/** Calls `sayso.debug("t")` on a page of these rules, answered by these surveys. */
const debug = async (
  surveys: object[],
  rules: Partial<PageRules> = {},
  options: Parameters<typeof loadPage>[1] = {},
): Promise<Page> => {
  const replies = { explain: [{ body: { person, surveys } }], ...options.replies };
  const page = await loadPage(rules, { ...options, replies });
  page.sayso.debug("t");
  await settle(60);
  return page;
};

test("its file comes only when it is called for", async () => {
  const page = await loadPage();
  expect(page.scripts).toEqual([]);
  page.sayso.debug("t");
  await settle(60);
  expect(page.scripts[0]?.src).toBe("https://ask.example/v1/widget/debug.0.js");
});

test("it asks the server as the page itself would, with the debug token", async () => {
  const tag = { user: "u_42", token: "identity" };
  const page = await debug([survey()], {}, { tag });
  expect(page.to("explain")[0]?.body).toEqual({
    visitor: localStorage.getItem("sayso:pk_test"),
    token: "identity",
    debug: "t",
    page: { url: location.href, locale: expect.any(String), zone: expect.any(String) },
  });
});

test("each survey has its name, its decision in words and how many rules hold", async () => {
  await debug([survey(), survey({ name: "Another", ...asking })]);
  expect(text("h3")).toEqual(["After an order", "Another"]);
  expect(text("summary p:not(.soft)")).toEqual([
    `Would not ask. ${red.because}`,
    "Would ask. Nothing spoke against asking.",
  ]);
  expect(text("summary .soft")).toEqual(["1 of 2 rules hold", "1 of 1 rules hold"]);
});

test("what fails comes first, with what would change it, what it saw and until when", async () => {
  await debug([survey()]);
  const [first, second] = all("details li") as [HTMLElement, HTMLElement];
  expect(first.querySelector(".mark")?.getAttribute("aria-label")).toBe("Fails");
  expect(first.querySelector(".remedy")?.textContent).toBe(
    "To change it: Wait, or shorten throttle.cool_down_days.",
  );
  expect(first.querySelector("dl")?.textContent).toMatch(/^cool down days7last shown20 Nov 2026/);
  expect(first.querySelector(".soft")?.textContent).toMatch(/^Until 27 Nov 2026/);
  expect(second.textContent).toBe(green.because);
  expect(second.querySelector(".mark")?.getAttribute("aria-label")).toBe("Holds");
});

test("a page that the survey's URL rule does not mean stands in its way", async () => {
  const views = [{ survey: "aaaa0001", match: "prefix" as const, value: "/docs" }];
  await debug([survey({ trigger: { kind: "page_view" }, ...asking })], { views });
  expect(text("summary p:not(.soft)")).toEqual([
    "Would not ask. The survey's URL rule does not mean this page.",
  ]);
  expect(text("details dd")).toContain("prefix /docs");
});

test("a moment's rule is one of the page's rules; an unknown one means older rules", async () => {
  const trigger = { kind: "scroll", percent: 50 };
  await debug([survey({ trigger, ...asking }), survey({ trigger, rule: "bbbb0002", ...asking })], {
    moments: [{ survey: "aaaa0001", kind: "scroll", percent: 50 }],
  });
  expect(text("summary p:not(.soft)")).toEqual([
    "Would ask. Nothing spoke against asking.",
    "Would not ask. This page has older rules, without this survey.",
  ]);
});

test("an excluded page is said once for all surveys", async () => {
  await debug([survey(asking)], { excluded: [{ match: "contains", value: "/" }] });
  expect(text(".body > ul .failed p:first-child")).toEqual([
    "The project excludes this page: nothing is ever asked here.",
  ]);
  expect(text("summary b")).toEqual(["Would not ask. "]);
});

test("while the host holds, the panel says so, and looks again when told to", async () => {
  const page = await debug([survey(asking)], {}, { before: () => {} });
  page.sayso.hold();
  press("Look again");
  await settle(20);
  expect(text(".body > ul .failed p")[0]).toMatch(/^The page holds surveys back/);
  page.sayso.release();
  press("Look again");
  await settle(20);
  expect(text(".body > ul .failed")).toEqual([]);
  expect(page.to("explain")).toHaveLength(3);
});

test.each([
  ["debug_token_expired", "The debug token has expired."],
  ["debug_token_invalid", "The debug token is not valid."],
])("%s: the panel says so and how to make a new one", async (code, said) => {
  const replies = { explain: [{ status: 401, body: { code, message: "…" } }] };
  const page = await debug([], {}, { replies, tag: { user: "u", token: "identity" } });
  expect(text(".problem")).toEqual([
    `${said} On the server, sayso debug-token PROJECT makes a new one.`,
  ]);
  expect(page.to("explain")).toHaveLength(1);
  // The page's own identity is untouched by the refusal.
  page.sayso.track("order_completed");
  await settle(20);
  expect(page.to("decide")[0]?.body.token).toBe("identity");
});

test("a refused identity token is said, and the page explained without it", async () => {
  const replies = {
    explain: [
      { status: 401, body: { code: "token_expired", message: "It has expired." } },
      { body: { person: { user_id: null, known: false }, surveys: [] } },
    ],
  };
  const page = await debug([], {}, { replies, tag: { user: "u", token: "identity" } });
  expect(page.to("explain").map(({ body }) => body.token)).toEqual(["identity", undefined]);
  expect(text(".problem")).toEqual(["The page's identity token was refused: It has expired."]);
  expect(text(".body > p:last-child")).toEqual(["No survey of the project is live."]);
});

test("when the server is away the panel says so", async () => {
  await debug([], {}, { replies: { explain: ["away"] } });
  expect(text(".problem")).toEqual(["The server could not be reached. Look again in a moment."]);
});

test("it is one panel, that folds and closes by button and by Escape", async () => {
  const page = await debug([survey()]);
  page.sayso.debug("t");
  await settle(20);
  expect(document.querySelectorAll("sayso-debug")).toHaveLength(1);
  press("Details");
  expect([all(".body")[0]?.hidden, all(".fold")[0]?.getAttribute("aria-expanded")]).toEqual([
    true,
    "false",
  ]);
  const panel = all(".box")[0] as HTMLElement;
  panel.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(document.querySelector("sayso-debug")).toBeNull();
  page.sayso.debug("t");
  await settle(20);
  press("Close");
  expect(document.querySelector("sayso-debug")).toBeNull();
});

test("a name that looks like markup is text", async () => {
  await debug([survey({ name: "<img src=x>" })]);
  expect(text("h3")).toEqual(["<img src=x>"]);
  expect(all("img")).toEqual([]);
});

test("what the host says reads in its own direction", async () => {
  const saw = { plan: "خطة!", seats: 3 };
  await debug([survey({ name: "بعد الطلب!", checks: [{ ...red, saw }] })]);
  expect(text("h3 bdi")).toEqual(["بعد الطلب!"]);
  expect(text("dd bdi")).toEqual(["خطة!", "3"]);
  expect(all(".remedy code")[0]?.dir).toBe("auto");
});

test("a user id with backticks in it is shown as it is", async () => {
  const replies = { explain: [{ body: { person: { ...person, user_id: "a`b`" }, surveys: [] } }] };
  await debug([], {}, { replies });
  expect(text(".who")).toEqual(["User a`b`, proven by token."]);
});

test.each([
  ["ltr", "box"],
  ["rtl", "box right"],
])("on a page read %s the panel leaves the popup its corner", async (direction, wanted) => {
  document.documentElement.style.direction = direction;
  await debug([survey()]);
  expect(all(".box")[0]?.className).toBe(wanted);
  document.documentElement.style.direction = "";
});

test("an answer that comes late does not replace a newer one", async () => {
  const answers: ((reply: Response) => void)[] = [];
  const explain = () => new Promise<Response>((resolve) => void answers.push(resolve));
  await debug([], {}, { replies: { explain } });
  press("Look again");
  await settle(20);
  const say = (place: number, name: string) =>
    answers[place]?.(new Response(JSON.stringify({ person, surveys: [survey({ name })] })));
  say(1, "new");
  say(0, "old");
  await settle(20);
  expect(text("h3")).toEqual(["new"]);
});

test("what stands in the page needs an element there, and nobody at leisure", async () => {
  const moments = [{ survey: "aaaa0001", kind: "embed" as const }];
  const embedded = survey({ survey: "s_9", trigger: { kind: "embed" }, ...asking });
  put('<div aria-modal="true">');
  await debug([embedded], { moments });
  expect(text("summary p")[0]).toContain("The page has no element for the survey.");
  put('<div data-sayso="s_9">');
  press("Look again");
  await settle(60);
  expect(text("summary p")[0]).toContain("Would ask.");
});
