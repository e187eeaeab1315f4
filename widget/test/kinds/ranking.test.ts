import { expect, test } from "vitest";
import type { Popup } from "../popup_page.ts";
import { ask, comeBack, OPTIONS, press, said, ways } from "./kinds_page.ts";

const RANKING = { kind: "ranking", options: OPTIONS } as const;
const order = (popup: Popup) => popup.all("li .name").map((name) => name.textContent);
const news = (popup: Popup) => popup.one(".body .unseen").textContent;

test("a list whose items have buttons that say what they move", async () => {
  const popup = await ask(RANKING);
  expect(popup.one("ol").getAttribute("aria-labelledby")).toBe("title");
  const names = popup.all("li button").map((one) => one.getAttribute("aria-label"));
  expect(names.slice(0, 3)).toEqual(["Up: Red", "Down: Red", "Up: Green"]);
});

test("a button moves its item, keeps the focus and tells the place", async () => {
  const popup = await ask(RANKING);
  const down = popup.one("[aria-label='Down: Red']");
  down.focus();
  await press(popup, "Down: Red");
  expect(order(popup)).toEqual(["Green", "Red", "Blue"]);
  expect(popup.host?.shadowRoot?.activeElement).toBe(down);
  expect(news(popup)).toBe("Red: 2 of 3");
  expect(popup.all(".place").map((place) => place.textContent)).toEqual(["1", "2", "3"]);
  await press(popup, "Up: Blue");
  expect(order(popup)).toEqual(["Green", "Blue", "Red"]);
});

test("at its end a button does nothing, says so, and keeps the focus", async () => {
  const popup = await ask(RANKING);
  const up = popup.one("[aria-label='Up: Red']");
  up.focus();
  expect(up.getAttribute("aria-disabled")).toBe("true");
  await press(popup, "Up: Red");
  expect(order(popup)).toEqual(["Red", "Green", "Blue"]);
  expect(popup.host?.shadowRoot?.activeElement).toBe(up);
});

test("the order is taken as it stands, or skipped while it is untouched", async () => {
  const popup = await ask(RANKING);
  expect(ways(popup)).toEqual(["Skip", "Next"]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["red", "green", "blue"] });
});

test("who comes back finds the order, which is not skipped any more", async () => {
  const popup = await ask(RANKING);
  await press(popup, "Down: Red");
  expect(ways(popup)).toEqual(["Next"]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["green", "red", "blue"] });
  await comeBack(popup);
  expect(order(popup)).toEqual(["Green", "Red", "Blue"]);
  expect(ways(popup)).toEqual(["Next"]);
});
