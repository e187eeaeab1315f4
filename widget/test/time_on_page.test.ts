import { expect, test, vi } from "vitest";
import { asked, go, rule, watching } from "./moment_page.ts";
import { hide, settle, show } from "./page.ts";

test("time on page counts only while the page is in sight", async () => {
  const page = await watching(
    rule("time_on_page", { seconds: 10, survey: "ten" }),
    rule("time_on_page", { seconds: 20, survey: "twenty" }),
  );
  await settle(9_000);
  hide();
  await settle(60_000);
  show();
  await settle(900);
  expect(page.calls).toEqual([]);
  await settle(200);
  expect(asked(page)).toEqual([["time_on_page", "ten"]]);
  await settle(10_000);
  expect(asked(page)[1]).toEqual(["time_on_page", "twenty"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("time on page begins anew with each view", async () => {
  const page = await watching(rule("time_on_page", { seconds: 10 }));
  await settle(8_000);
  await go("/next");
  await settle(8_000);
  expect(page.calls).toEqual([]);
  await settle(2_000);
  expect(asked(page)).toHaveLength(1);
});
