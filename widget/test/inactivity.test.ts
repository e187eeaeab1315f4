import { expect, test } from "vitest";
import { asked, rule, watching } from "./moment_page.ts";
import { hide, settle, show } from "./page.ts";

test.each(["pointermove", "keydown", "scroll", "touchmove", "wheel"])(
  "inactivity: a %s begins it anew",
  async (input) => {
    const page = await watching(rule("inactivity", { seconds: 30 }));
    await settle(29_000);
    window.dispatchEvent(new Event(input));
    await settle(29_000);
    expect(page.calls).toEqual([]);
    await settle(1_100);
    expect(asked(page)).toEqual([["inactivity", "s_inactivity"]]);
    await settle(300_000);
    expect(asked(page)).toHaveLength(1);
  },
);

test("who comes back to the tab was not inactive in it meanwhile", async () => {
  const page = await watching(rule("inactivity", { seconds: 30 }));
  await settle(20_000);
  hide();
  await settle(60_000);
  show();
  await settle(29_000);
  expect(page.calls).toEqual([]);
  await settle(2_000);
  expect(asked(page)).toHaveLength(1);
});
