import { expect, test } from "vitest";
import { applyAccent, luminance } from "../src/popup/theme.ts";

const themed = (accent?: string) => {
  const box = document.createElement("div");
  applyAccent(box, accent);
  return (name: string) => box.style.getPropertyValue(name);
};

test("white is 1, black is 0, and a short colour equals its long form", () => {
  expect(luminance("#ffffff")).toBeCloseTo(1);
  expect(luminance("#000")).toBe(0);
  expect(luminance("#0af")).toBe(luminance("#00AAFF"));
});

test.each(["#ffd400", "#8fe388", "#fff"])("text on %s is black", (accent) => {
  expect(themed(accent)("--sayso-on-accent")).toBe("#000");
});

test.each(["#0b57d0", "#7a0019", "#000"])("text on %s is white", (accent) => {
  expect(themed(accent)("--sayso-on-accent")).toBe("#fff");
});

test("a pale accent gets a dark outline on light paper, a dark one a light outline on dark", () => {
  expect(themed("#ffd400")("--sayso-edge-light")).toBe("var(--sayso-text)");
  expect(themed("#ffd400")("--sayso-edge-dark")).toBe("");
  expect(themed("#0a1a4a")("--sayso-edge-dark")).toBe("var(--sayso-text)");
});

test.each(["red;background:url(//x)", "url(x)", "#12", "#ggg", ""])(
  "%j is no colour and changes nothing",
  (accent) => expect(themed(accent)("--sayso-accent")).toBe(""),
);
