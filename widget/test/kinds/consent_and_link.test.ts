import { expect, test } from "vitest";
import type { Question } from "../../src/core/wire.ts";
import { click, openPopup, pass } from "../popup_page.ts";
import { ask, asksWhy, comeBack, LABELS, note, OPTIONS, press, said, ways } from "./kinds_page.ts";

const CONSENT = { kind: "consent", label: "I agree" } as const;
const LINK = { kind: "link", label: "Review us", url: "https://reviews.example/us" } as const;

test("consent is a checkbox with its label, unticked, and what it says at the button counts", async () => {
  const popup = await ask(CONSENT);
  const box = popup.one("[type=checkbox]") as HTMLInputElement;
  expect([box.closest("label")?.textContent, box.checked, ways(popup)]).toEqual([
    "I agree",
    false,
    ["Next"],
  ]);
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: false });
  await comeBack(popup);
  click(popup.one("[type=checkbox]"));
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: true });
  await comeBack(popup);
  expect((popup.one("[type=checkbox]") as HTMLInputElement).checked).toBe(true);
});

test("required consent must be given", async () => {
  const popup = await ask({ ...CONSENT, required: true });
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual(["Please answer.", false]);
  click(popup.one("[type=checkbox]"));
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: true });
});

test("who follows the link has answered", async () => {
  const popup = await ask(LINK);
  const link = popup.one("a") as HTMLAnchorElement;
  expect([link.textContent, link.href, link.target, link.rel]).toEqual([
    "Review us",
    "https://reviews.example/us",
    "_blank",
    "noopener noreferrer",
  ]);
  expect(ways(popup)).toEqual(["Skip", "Review us"]);
  link.addEventListener("click", (event) => event.preventDefault());
  click(link);
  await pass(10);
  // Sent at once; what was clicked stands there until the browser has followed it.
  expect([said(popup), asksWhy(popup)]).toEqual([{ value: true }, false]);
  await pass(260);
  expect(asksWhy(popup)).toBe(true);
});

test("a link may be passed over", async () => {
  const popup = await ask(LINK);
  await press(popup, "Skip");
  expect([said(popup), asksWhy(popup)]).toEqual([undefined, true]);
});

test.each(["mailto:tea@host.example", "tel:+4930123"])("%s opens no tab", async (url) => {
  const popup = await ask({ ...LINK, url });
  const link = popup.one("a") as HTMLAnchorElement;
  expect([link.getAttribute("href"), link.hasAttribute("target")]).toEqual([url, false]);
});

test.each([
  "javascript:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "http://reviews.example/",
  "//reviews.example/",
])("%j is never put into a link, and keeps nobody", async (url) => {
  const popup = await ask({ ...LINK, url, required: true });
  expect([popup.all("a"), ways(popup)]).toEqual([[], ["Skip"]]);
});

test("markup in any text is shown as text", async () => {
  const evil = "<img src=x onerror=alert(1)>";
  const listed = OPTIONS.map(({ id }) => ({ id, label: evil }));
  const asked: Question[] = [
    { id: "a", kind: "choice", title: evil, options: listed, multiple: false, other: evil },
    { id: "b", kind: "choice", title: evil, options: listed, multiple: true, none: evil },
    { id: "c", kind: "ranking", title: evil, options: listed },
    { id: "d", kind: "matrix", title: evil, rows: listed, scale: 5, low: evil, high: evil },
    { id: "e", kind: "text", title: evil, long: true, limit: 100, placeholder: evil },
    { id: "f", kind: "consent", title: evil, label: evil },
    { id: "g", kind: "contact", title: evil, fields: [{ name: "email", label: evil }] },
    { id: "h", kind: "date", title: evil },
    { id: "i", kind: "link", title: evil, label: evil, url: `https://a.example/${evil}` },
    { id: "j", kind: "csat", title: evil, scale: 7, low: evil, high: evil },
  ];
  const labels = Object.fromEntries(Object.keys(LABELS).map((name) => [name, evil]));
  for (const question of asked) {
    const popup = await openPopup({
      questions: [question],
      more: ["kinds"],
      labels: labels as typeof LABELS,
    });
    expect(popup.all("img"), question.kind).toEqual([]);
    expect(popup.one("#title").textContent).toBe(evil);
    popup.close();
  }
});
