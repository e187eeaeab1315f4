import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { go } from "./moment_page.ts";
import { ASK, loadPage, type Page, SURVEY, settle } from "./page.ts";

const ID = "0190aaaa-0000-7000-8000-00000000ab12";
const RULE = { survey: "0000ab12", kind: "button" } as const;
const BUTTON = {
  survey: ID,
  label: "Feedback",
  language: "en",
  direction: "ltr",
  side: "end",
} as const;

const watching: MutationObserver[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  const Own = MutationObserver;
  vi.stubGlobal(
    "MutationObserver",
    class extends Own {
      constructor(hear: MutationCallback) {
        super(hear);
        watching.push(this);
      }
    },
  );
});

afterEach(() => {
  for (const observer of watching.splice(0)) observer.disconnect();
  vi.unstubAllGlobals();
  host()?.remove();
});

const offering = (button: object | null = BUTTON): Page["replies"] => ({
  button: [{ body: { button } }],
  decide: [{ body: { ask: { ...ASK.ask, survey: { ...SURVEY, id: ID } } } }],
});

const host = () => document.querySelector<HTMLElement>("sayso-button");
const tab = () => host()?.shadowRoot?.querySelector<HTMLElement>("button");

test("the button stands beside the page, with what the server says on it", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  expect(page.to("button")[0]?.body).toMatchObject({ surveys: [RULE.survey] });
  expect(host()?.parentElement).toBe(document.documentElement);
  expect(tab()?.textContent).toBe("Feedback");
});

test("who cannot open the survey has no button", async () => {
  await loadPage({ moments: [RULE] }, { replies: offering(null) });
  expect(host()).toBeNull();
});

test("a click opens the survey by hand, and a second one does not open it twice", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  const heard: unknown[] = [];
  page.sayso.on("unavailable", (detail: unknown) => heard.push(detail));
  tab()?.click();
  tab()?.click();
  await settle(2_000);
  expect(heard).toEqual([]);
  expect(page.to("decide").map(({ body }) => body.trigger.kind)).toEqual(["show"]);
  expect(page.to("decide")[0]?.body.trigger.surveys).toEqual([ID]);
  expect(page.popups).toHaveLength(1);
});

test("a button that opens nothing goes, and the host hears of it", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  const heard: unknown[] = [];
  page.sayso.on("unavailable", (detail: unknown) => heard.push(detail));
  page.replies.decide = [{ body: { ask: null } }];
  page.replies.button = [{ body: { button: null } }];
  tab()?.click();
  await settle(10);
  expect(heard).toEqual([{ survey: ID }]);
  expect(host()).toBeNull();
});

test("it is out of the way of a popup, not of what stands in the page", async () => {
  await loadPage({ moments: [RULE] }, { replies: offering() });
  const survey = document.createElement("sayso-survey");
  document.documentElement.append(survey);
  await settle();
  expect(host()?.hidden).toBe(true);
  document.body.append(survey);
  await settle();
  expect(host()?.hidden).toBe(false);
});

test("a tab asks for it once, until the visitor is another", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  await go("/next");
  expect(page.to("button")).toHaveLength(1);
  page.sayso.reset();
  expect(host()).toBeNull();
  await settle();
  expect(page.to("button")).toHaveLength(2);
  expect(host()).toBeTruthy();
});

test("without consent there is none", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  page.sayso.consent(false);
  await settle();
  expect(host()).toBeNull();
  expect(page.to("button")).toHaveLength(1);
});

test("it keeps to the pages that its rule means", async () => {
  const url = { match: "prefix", value: "/app" } as const;
  const page = await loadPage({ moments: [{ ...RULE, ...url }] }, { replies: offering() });
  expect(host()).toBeNull();
  await go("/app");
  expect(host()).toBeTruthy();
  await go("/elsewhere");
  expect(host()).toBeNull();
  expect(page.to("button")).toHaveLength(1);
});

test("on an excluded page there is none", async () => {
  const excluded = [{ match: "contains", value: "shop.example" } as const];
  await loadPage({ moments: [RULE], excluded }, { replies: offering() });
  expect(host()).toBeNull();
});

test("the button of a survey that is not live any more goes, and others stay", async () => {
  const page = await loadPage({ moments: [RULE] }, { replies: offering() });
  const moments = await page.scripts[0]?.sayso.load_("moments");
  moments?.keepOnly_([RULE.survey]);
  await settle();
  expect(host()).toBeTruthy();
  moments?.keepOnly_(["another0"]);
  await settle();
  expect(host()).toBeNull();
});
