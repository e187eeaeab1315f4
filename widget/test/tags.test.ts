import { expect, test } from "vitest";
import { loadPage, type Page, put, runTag, settle } from "./page.ts";

/** Of "ä_3". */
const ALONE = { token: "e30.eyJzdWIiOiLDpF8zIn0.x" };
const ADA = { user: "ada", token: "t_ada" };
const BOB = { user: "bob", token: "t_bob" };

const load = (tag: Record<string, string> = {}): Promise<Page> =>
  loadPage({ events: ["paid"] }, { tag });

/** As a library puts the body of another page in place of this one's, and runs its tag. */
const swap = async (tag: Record<string, string>): Promise<void> => {
  document.body.replaceChildren();
  await runTag(tag, document.body);
  await settle(20);
};

/** Who is asked: the visitor, and the token that proves the user. */
const who = async (page: Page): Promise<[visitor: string, token: string]> => {
  page.sayso.track("paid");
  await settle(20);
  const { visitor, token } = page.to("decide").at(-1)?.body ?? {};
  return [visitor, token];
};

test("a tag that names somebody logs in, and the visitor stays the same", async () => {
  const page = await load();
  const [before] = await who(page);
  await swap(ADA);
  expect(page.to("identify").map(({ body }) => body.user_id)).toEqual(["ada"]);
  expect(await who(page)).toEqual([before, "t_ada"]);
});

test("a tag that names nobody logs out whom an earlier one had named", async () => {
  const page = await load(ADA);
  const [before] = await who(page);
  await swap({});
  const [after, token] = await who(page);
  expect(after).not.toBe(before);
  expect(token).toBeUndefined();
});

test("a tag that names nobody leaves whom the page's own script has named", async () => {
  const page = await load();
  page.sayso.identify("ada", { token: "t_ada" });
  const [before] = await who(page);
  await swap({});
  expect(await who(page)).toEqual([before, "t_ada"]);
});

test("a tag that names somebody else is another visitor's", async () => {
  const page = await load(ADA);
  const [before] = await who(page);
  await swap(BOB);
  const [after, token] = await who(page);
  expect(after).not.toBe(before);
  expect(token).toBe("t_bob");
});

test("a fresh token of the same user is taken without a word to the server", async () => {
  const page = await load(ADA);
  const [before] = await who(page);
  await swap({ ...ADA, token: "t_fresh" });
  expect(await who(page)).toEqual([before, "t_fresh"]);
  expect(page.to("identify")).toEqual([]);
});

test("a tag with a token alone names whom the token proves", async () => {
  const page = await load(ALONE);
  const [before] = await who(page);
  await swap({ user: "ä_3", token: "t_fresh" });
  expect(await who(page)).toEqual([before, "t_fresh"]);
  await swap(ALONE);
  expect(await who(page)).toEqual([before, ALONE.token]);
  await swap({ token: "unreadable" });
  expect((await who(page))[0]).not.toBe(before);
});

test("a user without a token is identified, and logged out again", async () => {
  const page = await load();
  const [before] = await who(page);
  await swap({ user: "ada" });
  await swap({ user: "ada" });
  expect(page.to("identify").map(({ body }) => body.user_id)).toEqual(["ada"]);
  await swap({});
  expect((await who(page))[0]).not.toBe(before);
});

test("who was reset by the page is logged in anew by the same tag", async () => {
  const page = await load();
  await swap(ADA);
  page.sayso.reset();
  await swap(ADA);
  expect(page.to("identify")).toHaveLength(2);
  expect((await who(page))[1]).toBe("t_ada");
});

test("who was reset by the page stays so while its tag merely stands there", async () => {
  const page = await load(ADA);
  page.sayso.reset();
  page.sayso.tags();
  await settle(20);
  expect((await who(page))[1]).toBeUndefined();
  await swap(BOB);
  page.sayso.reset();
  put("<p>something else</p>");
  await settle(20);
  expect((await who(page))[1]).toBeUndefined();
});

test("tags that a library leaves behind are marked, so that it takes the same one for new later", async () => {
  const page = await load();
  await runTag(ADA, document.body);
  await settle(20);
  await runTag({}, document.body);
  await settle(20);
  expect(
    [...document.querySelectorAll("script")].map(({ dataset }) => "earlier" in dataset),
  ).toEqual([true, true, false]);
  expect((await who(page))[1]).toBeUndefined();
});

test("once there was another tag, one that changes in place or comes without running is obeyed", async () => {
  const page = await load();
  await swap(ADA);
  const tag = document.querySelector("script") as HTMLScriptElement;
  Object.assign(tag.dataset, BOB);
  await settle(20);
  expect((await who(page))[1]).toBe("t_bob");
  const inert = tag.cloneNode() as HTMLScriptElement;
  Object.defineProperty(inert, "src", { value: tag.src });
  Object.assign(inert.dataset, ADA);
  document.body.replaceChildren(put("<main></main>"));
  document.body.append(inert);
  await settle(20);
  expect((await who(page))[1]).toBe("t_ada");
});

test("a page that has no tag at all says nothing of who it is", async () => {
  const page = await load();
  await swap(ADA);
  document.body.replaceChildren();
  await settle(20);
  expect((await who(page))[1]).toBe("t_ada");
});

test("the page of somebody else is viewed by them, also where it was asked about before the tag came", async () => {
  const page = await loadPage({ views: [{ survey: "s_view" }] }, { tag: ADA });
  await settle(20);
  expect(page.to("decide")).toHaveLength(1);
  await swap(BOB);
  expect(page.to("decide").map(({ body }) => body.token)).toEqual(["t_ada", "t_bob"]);
});
