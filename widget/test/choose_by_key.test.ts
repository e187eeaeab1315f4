import { expect, test } from "vitest";
import { chooseByKey } from "../src/survey/radio_group.ts";

const nps = (rtl = false) => chooseByKey(0, 10, rtl);
const five = () => chooseByKey(1, 5, false);

test("1 then 0 within 700 ms means 10", () => {
  const choose = nps();
  expect(choose("1", 0, 1_000)).toBe(1);
  expect(choose("0", 1, 1_699)).toBe(10);
});

test("1, a pause, then 0 means 0", () => {
  const choose = nps();
  choose("1", 0, 1_000);
  expect(choose("0", 1, 1_700)).toBe(0);
});

test("1 then 5 means 5, for there is no 15", () => {
  const choose = nps();
  choose("1", 0, 0);
  expect(choose("5", 1, 100)).toBe(5);
});

test("1, 0, 0 quickly ends at 0, not at 100", () => {
  const choose = nps();
  choose("1", 0, 0);
  choose("0", 1, 100);
  expect(choose("0", 10, 200)).toBe(0);
});

test("a digit that is not on the scale chooses nothing", () => {
  expect(five()("0", 1, 0)).toBeUndefined();
  expect(five()("6", 1, 0)).toBeUndefined();
  expect(five()("5", 1, 0)).toBe(5);
});

test.each([
  ["ArrowRight", false, 4],
  ["ArrowLeft", false, 2],
  ["ArrowRight", true, 2],
  ["ArrowLeft", true, 4],
  ["ArrowDown", true, 4],
  ["ArrowUp", true, 2],
])("from 3, %s (right-to-left: %s) leads to %i", (key, rtl, value) => {
  expect(nps(rtl)(key, 3, 0)).toBe(value);
});

test("arrows go round", () => {
  expect(nps()("ArrowRight", 10, 0)).toBe(0);
  expect(nps()("ArrowLeft", 0, 0)).toBe(10);
  expect(five()("ArrowRight", 5, 0)).toBe(1);
  expect(five()("ArrowLeft", 1, 0)).toBe(5);
});

test("Home and End lead to the ends", () => {
  expect(five()("Home", 3, 0)).toBe(1);
  expect(five()("End", 3, 0)).toBe(5);
});

test.each(["Tab", "Enter", " ", "a", "Escape"])("%j is not ours", (key) => {
  expect(nps()(key, 3, 0)).toBeUndefined();
});
