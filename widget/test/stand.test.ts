import { expect, test } from "vitest";
import { type Area, stand } from "../src/page/positioning/stand.ts";

const area = (left: number, top: number, width: number, height: number): Area => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

const DESKTOP = area(0, 0, 1280, 800);
const POPUP = area(876, 580, 384, 200); // at the bottom end
const PHONE = area(0, 0, 375, 667);
const SHEET = area(0, 467, 375, 200);

test("it rests where nothing beneath it has the focus", () => {
  expect(stand(POPUP, DESKTOP)).toEqual({ left: 876, top: 580 });
  expect(stand(POPUP, DESKTOP, area(40, 40, 200, 40))).toEqual({ left: 876, top: 580 });
});

test("it goes to the other block side of what has the focus", () => {
  expect(stand(POPUP, DESKTOP, area(900, 700, 200, 40))).toEqual({ left: 876, top: 20 });
  expect(stand(SHEET, PHONE, area(20, 600, 200, 40))).toEqual({ left: 0, top: 0 });
});

test("it goes to the other inline side where only that is free", () => {
  expect(stand(POPUP, DESKTOP, area(900, 0, 300, 800))).toEqual({ left: 20, top: 580 });
});

test("from the middle it goes to an edge", () => {
  const middle = area(448, 300, 384, 200);
  expect(stand(middle, DESKTOP, area(500, 380, 200, 40))).toEqual({ left: 448, top: 20 });
});

test("what cannot be left free, but is seen in part, lets it rest as it is", () => {
  expect(stand(POPUP, DESKTOP, DESKTOP)).toEqual({ left: 876, top: 580 });
  expect(stand(POPUP, DESKTOP, area(0, 0, 1280, 660))).toEqual({ left: 876, top: 580 });
});

test("where no place is free it is lower, beside what has the focus", () => {
  const room = area(0, 0, 320, 256);
  const sheet = area(0, 40, 320, 216);
  expect(stand(sheet, room, area(0, 120, 200, 20))).toEqual({ left: 0, top: 0, height: 112 });
  expect(stand(sheet, room, area(0, 110, 200, 20))).toEqual({ left: 0, top: 138, height: 118 });
});

test("a keyboard lifts the sheet, and lowers what is higher than the room it leaves", () => {
  const above = area(0, 0, 375, 367);
  expect(stand(SHEET, above)).toEqual({ left: 0, top: 167 });
  expect(stand(area(0, 100, 375, 567), above)).toEqual({ left: 0, top: 0, height: 367 });
});
