import { expect, test } from "vitest";
import { checked, choice, click, key, type Popup, pass, STEP } from "../popup_page.ts";
import { ask, asksWhy, comeBack, note, OPTIONS, press, said, ways, write } from "./kinds_page.ts";

const ONE = { kind: "choice", options: OPTIONS, multiple: false } as const;
const SEVERAL = { kind: "choice", options: OPTIONS, multiple: true } as const;

const boxes = (popup: Popup) => popup.all("[type=checkbox]") as HTMLInputElement[];
const tick = (popup: Popup, ...places: number[]) => {
  for (const place of places) click(boxes(popup)[place] as HTMLElement);
};
const ticked = (popup: Popup) => boxes(popup).flatMap((box, place) => (box.checked ? [place] : []));
const field = (popup: Popup) => popup.one(".field") as HTMLInputElement;

test("one of some options: a radio group, none chosen, that goes on by a click", async () => {
  const popup = await ask(ONE);
  const group = popup.one("[role=radiogroup]");
  expect(group.getAttribute("aria-labelledby")).toBe("title");
  expect(popup.all("[role=radio]").map((r) => r.textContent)).toEqual(["Red", "Green", "Blue"]);
  expect([checked(popup), ways(popup)]).toEqual([-1, ["Skip"]]);
  click(choice(popup, 1));
  expect(ways(popup)).toEqual(["Skip"]);
  await pass(260);
  expect([said(popup), asksWhy(popup)]).toEqual([{ value: ["green"] }, true]);
});

test("arrows move the choice, and Enter or the button goes on", async () => {
  const popup = await ask(ONE);
  choice(popup, 0).focus();
  key(choice(popup, 0), "ArrowDown");
  await pass(1_000);
  expect([checked(popup), asksWhy(popup), ways(popup)]).toEqual([1, false, ["Next"]]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["green"] });
});

test("`other` asks which one, and goes on only then", async () => {
  const popup = await ask({ ...ONE, other: "Another" });
  expect(field(popup).hidden).toBe(true);
  click(choice(popup, 3));
  await pass(1_000);
  expect(asksWhy(popup)).toBe(false);
  expect(popup.host?.shadowRoot?.activeElement).toBe(field(popup));
  expect(field(popup).getAttribute("aria-label")).toBe("Which one?");
  key(write(popup, ".field", " mauve "), "Enter");
  await pass(STEP);
  expect(said(popup)).toEqual({ value: ["other"], text: "mauve" });
});

test("another option takes what was written for `other` out of sight, and does not send it", async () => {
  const popup = await ask({ ...ONE, other: "Another" });
  click(choice(popup, 3));
  await pass(STEP);
  write(popup, ".field", "mauve");
  click(choice(popup, 0));
  expect(field(popup).hidden).toBe(true);
  await pass(260);
  expect(said(popup)).toEqual({ value: ["red"] });
});

test("what was chosen is shown to who comes back, with what was written", async () => {
  const popup = await ask({ ...ONE, other: "Another" });
  click(choice(popup, 3));
  await pass(STEP);
  write(popup, ".field", "mauve");
  await press(popup, "Next");
  await comeBack(popup);
  expect([checked(popup), field(popup).value, field(popup).hidden]).toEqual([3, "mauve", false]);
});

test("several of some options: a named group of checkboxes, none ticked", async () => {
  const popup = await ask({ ...SEVERAL, other: "Another", none: "None" });
  expect(popup.one("[role=group]").getAttribute("aria-labelledby")).toBe("title");
  const labels = boxes(popup).map((box) => box.closest("label")?.textContent);
  expect(labels).toEqual(["Red", "Green", "Blue", "Another", "None"]);
  expect([ticked(popup), ways(popup)]).toEqual([[], ["Skip"]]);
  tick(popup, 2, 0, 3);
  expect(ways(popup)).toEqual(["Next"]);
  write(popup, ".field", "mauve");
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["red", "blue", "other"], text: "mauve" });
});

test("`none` excludes all others, and they exclude it", async () => {
  const popup = await ask({ ...SEVERAL, none: "None" });
  tick(popup, 0, 1, 3);
  expect(ticked(popup)).toEqual([3]);
  tick(popup, 2);
  expect(ticked(popup)).toEqual([2]);
});

test("how many may be chosen is told before, and once more when it is not kept", async () => {
  const popup = await ask({ ...SEVERAL, least: 2, most: 2 });
  expect(note(popup)).toBe("At least 2. At most 2.");
  expect(popup.one("#note").getAttribute("role")).toBe("status");
  tick(popup, 0);
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual(["At least 2.", false]);
  tick(popup, 1, 2);
  await press(popup, "Next");
  expect([note(popup), ticked(popup)]).toEqual(["At most 2.", [0, 1, 2]]);
  tick(popup, 2);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["red", "green"] });
});

test("`none` alone is enough", async () => {
  const popup = await ask({ ...SEVERAL, none: "None", least: 2 });
  tick(popup, 3);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: ["none"] });
});

test("what is required cannot be skipped, and nothing is lost by trying", async () => {
  const popup = await ask({ ...SEVERAL, required: true });
  expect(ways(popup)).toEqual(["Next"]);
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual(["Please answer.", false]);
  tick(popup, 1);
  expect(note(popup)).toBe("");
});

test("skipping says nothing", async () => {
  const popup = await ask(SEVERAL);
  await press(popup, "Skip");
  expect([said(popup), asksWhy(popup)]).toEqual([undefined, true]);
});

test("who comes back finds the ticks, and may take all of them away", async () => {
  const popup = await ask(SEVERAL);
  tick(popup, 0, 2);
  await press(popup, "Next");
  await comeBack(popup);
  expect(ticked(popup)).toEqual([0, 2]);
  tick(popup, 0, 2);
  await press(popup, "Skip");
  expect(said(popup)).toEqual({ value: [] });
});
