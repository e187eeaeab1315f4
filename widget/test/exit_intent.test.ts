import { expect, test } from "vitest";
import { asked, rule, watching } from "./moment_page.ts";
import { settle } from "./page.ts";

const leaveThrough = async (clientY: number, relatedTarget: Element | null = null) => {
  document.body.dispatchEvent(
    new MouseEvent("mouseout", { bubbles: true, clientY, relatedTarget }),
  );
  await settle(10);
};

test("exit intent: the pointer leaves through the top, not at once and not elsewhere", async () => {
  const page = await watching(rule("exit_intent"));
  await settle(800);
  await leaveThrough(-1);
  await settle(300);
  await leaveThrough(400);
  await leaveThrough(0, document.body);
  expect(page.calls).toEqual([]);
  await leaveThrough(0);
  expect(asked(page)).toEqual([["exit_intent", "s_exit_intent"]]);
});
