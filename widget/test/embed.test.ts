import { expect, test } from "vitest";
import { go } from "./moment_page.ts";
import { ASK, loadPage, type Page, SURVEY, settle } from "./page.ts";
import { boxIn, ID, isWatched, place, RULE, see } from "./places_page.ts";

const asking: Page["replies"] = {
  decide: [{ body: { ask: { ...ASK.ask, survey: { ...SURVEY, id: ID } } } }],
};

const embedding = (replies = asking) => loadPage({ moments: [RULE] }, { replies });

const score = async (target: Element) => {
  boxIn(target)?.querySelectorAll<HTMLElement>("[role=radio]")[9]?.click();
  await settle(300);
};

/** Taken out of the page, and put in again. */
const goAndCome = async (target: Element) => {
  target.remove();
  await settle(150);
  document.body.append(target);
  await settle(150);
  await see(target);
};

test("a place is asked about once it comes near, and what is asked is drawn in it", async () => {
  const target = place();
  const page = await embedding();
  await see(target, false);
  expect(page.to("decide")).toEqual([]);
  await see(target);
  expect(page.to("decide")[0]?.body.trigger).toEqual({
    kind: "embed",
    id: expect.any(String),
    surveys: [RULE.survey],
  });
  expect(boxIn(target)?.textContent).toContain("How likely?");
  expect(page.popups).toEqual([]);
});

test("where nothing is asked the place stays empty, the host hears of it and no more is loaded", async () => {
  const target = place();
  const page = await embedding({ decide: [{ body: { ask: null } }] });
  const heard: unknown[] = [];
  page.sayso.on("unavailable", (detail: unknown) => heard.push(detail));
  await see(target);
  expect(heard).toEqual([{ survey: ID }]);
  expect(target.childElementCount).toBe(0);
  expect(page.scripts.filter(({ src }) => src.includes("/inline."))).toEqual([]);
});

test("a place counts as seen after a second in sight without a break", async () => {
  const target = place();
  const page = await embedding();
  await see(target);
  await settle(5_000);
  expect(page.to("invitations")).toEqual([]);
  await see(target);
  await settle(600);
  await see(target, false);
  await settle(1_100);
  expect(page.to("invitations")).toEqual([]);
  await see(target);
  await settle(1_100);
  expect(page.to("invitations").map(({ body }) => body)).toEqual([{ state: "shown" }]);
});

test("one survey has one place, and elements of no live survey are left alone", async () => {
  const places = [place(), place(), place("0190aaaa-0000-7000-8000-0000000000ff")];
  await embedding();
  expect(places.map(isWatched)).toEqual([true, false, false]);
});

test("a place that comes later is found, and what goes with it comes again with it", async () => {
  const page = await embedding();
  const target = place();
  await settle(150);
  await see(target);
  target.remove();
  await settle(150);
  expect(target.childElementCount).toBe(0);
  await goAndCome(target);
  expect(boxIn(target)).toBeTruthy();
  expect(page.to("decide")).toHaveLength(2);
});

test("half answered it goes on where it was, without being asked about anew", async () => {
  const target = place();
  const page = await embedding();
  await see(target);
  await score(target);
  await goAndCome(target);
  expect(boxIn(target)?.querySelector("textarea")).toBeTruthy();
  expect(page.to("decide")).toHaveLength(1);
});

test("thanks stay where the question stood", async () => {
  const target = place();
  await embedding();
  await see(target);
  await score(target);
  const skip = () => boxIn(target)?.querySelector<HTMLElement>(".actions .quiet")?.click();
  // A double click on the score is none on what comes after it.
  skip();
  expect(boxIn(target)?.textContent).not.toContain("Thank you!");
  await settle(450);
  skip();
  await settle(60_000);
  expect(boxIn(target)?.textContent).toContain("Thank you!");
});

test("on a page that the rule does not mean nothing is asked, and what was drawn goes", async () => {
  const target = place();
  const url = { match: "prefix", value: "/help" } as const;
  await loadPage({ moments: [{ ...RULE, ...url }] }, { replies: asking });
  expect(isWatched(target)).toBe(false);
  await go("/help/1");
  await see(target);
  expect(boxIn(target)).toBeTruthy();
  await go("/");
  expect(boxIn(target)).toBeUndefined();
});

test("on an excluded page nothing is asked", async () => {
  const target = place();
  const excluded = [{ match: "contains", value: "shop.example" } as const];
  await loadPage({ moments: [RULE], excluded }, { replies: asking });
  expect(isWatched(target)).toBe(false);
});

test("another visitor of this browser is asked anew", async () => {
  const target = place();
  const page = await embedding();
  await see(target);
  page.sayso.reset();
  expect(target.childElementCount).toBe(0);
  await see(target);
  expect(page.to("decide")).toHaveLength(2);
  expect(target.childElementCount).toBe(1);
});

test("without consent nothing stands there, and nothing is asked", async () => {
  const target = place();
  const page = await embedding();
  await see(target);
  page.sayso.consent(false);
  await see(target);
  expect(target.childElementCount).toBe(0);
  expect(page.to("decide")).toHaveLength(1);
});

test("a survey that is not live any more goes, and others stay", async () => {
  const target = place();
  const page = await embedding();
  await see(target);
  const load = page.scripts[0]?.sayso.load_;
  const moments = await load?.("moments");
  moments?.keepOnly_([RULE.survey]);
  await settle();
  expect(boxIn(target)).toBeTruthy();
  moments?.keepOnly_(["another"]);
  await settle();
  expect(boxIn(target)).toBeUndefined();
});
