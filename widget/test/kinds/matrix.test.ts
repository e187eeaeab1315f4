import { expect, test } from "vitest";
import { choice, click, key, type Popup } from "../popup_page.ts";
import { ask, asksWhy, comeBack, note, press, said, ways } from "./kinds_page.ts";

const ROWS = [
  { id: "price", label: "Price" },
  { id: "speed", label: "Speed" },
];
const MATRIX = { kind: "matrix", rows: ROWS, scale: 5, low: "Poor", high: "Good" } as const;
const chosen = (popup: Popup) =>
  popup
    .all("[role=radio]")
    .flatMap((radio, place) => (radio.getAttribute("aria-checked") === "true" ? [place] : []));

test("each row is a radio group under the row's name, whose ends are named", async () => {
  const popup = await ask(MATRIX);
  const groups = popup.all("[role=radiogroup]");
  const named = groups.map((group) => popup.one(`#${group.getAttribute("aria-labelledby")}`));
  expect(named.map((name) => name.textContent)).toEqual(["Price", "Speed"]);
  const names = popup.all("[role=radio]").map((radio) => radio.getAttribute("aria-label"));
  expect(names.slice(0, 5)).toEqual(["1, Poor", "2", "3", "4", "5, Good"]);
  expect([chosen(popup), ways(popup)]).toEqual([[], ["Skip"]]);
});

test("rows are rated by click and by key, and only the button goes on", async () => {
  const popup = await ask(MATRIX);
  click(choice(popup, 1));
  choice(popup, 5).focus();
  key(choice(popup, 5), "4");
  expect([chosen(popup), asksWhy(popup)]).toEqual([[1, 8], false]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: { price: 2, speed: 4 } });
  await comeBack(popup);
  expect(chosen(popup)).toEqual([1, 8]);
});

test("a row may be left out", async () => {
  const popup = await ask(MATRIX);
  click(choice(popup, 9));
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: { speed: 5 } });
});

test("where it is required no row may be left out, and the missing one is shown", async () => {
  const popup = await ask({ ...MATRIX, required: true });
  click(choice(popup, 0));
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual(["Please answer.", false]);
  expect(popup.all(".missing").map((line) => line.firstElementChild?.textContent)).toEqual([
    "Speed",
  ]);
  click(choice(popup, 5));
  expect([popup.all(".missing"), note(popup)]).toEqual([[], ""]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: { price: 1, speed: 1 } });
});
