import { expect, test } from "vitest";
import { SURVEY } from "../page.ts";
import { click, key, openPopup, pass, STEP } from "../popup_page.ts";
import { ask, asksWhy, comeBack, LABELS, note, press, said, ways, write } from "./kinds_page.ts";

const LINE = { kind: "text", long: false, limit: 10, placeholder: "Here" } as const;
const CONTACT = {
  kind: "contact",
  fields: [
    { name: "name", label: "Name" },
    { name: "email", label: "Email" },
    { name: "phone", label: "Phone" },
  ],
} as const;
const contact = { ...CONTACT, fields: [...CONTACT.fields] };

test("a line is an input under the title, and Enter sends it", async () => {
  const popup = await ask(LINE);
  const field = popup.one("input") as HTMLInputElement;
  expect(field.getAttribute("aria-labelledby")).toBe("title");
  expect([field.maxLength, field.placeholder, ways(popup)]).toEqual([10, "Here", ["Skip"]]);
  write(popup, "input", " a friend ");
  expect(ways(popup)).toEqual(["Next"]);
  key(field, "Enter");
  await pass(STEP);
  expect(said(popup)).toEqual({ value: "a friend" });
});

test("Enter that ends a composition sends nothing", async () => {
  const popup = await ask(LINE);
  key(write(popup, "input", "お茶"), "Enter", { isComposing: true });
  expect([said(popup), asksWhy(popup)]).toEqual([undefined, false]);
});

test("in several lines only Enter with Ctrl or Cmd sends", async () => {
  for (const held of ["ctrlKey", "metaKey"]) {
    const popup = await ask({ ...LINE, long: true });
    const field = write(popup, "textarea", "tea");
    expect(key(field, "Enter").defaultPrevented).toBe(false);
    expect(said(popup)).toBeUndefined();
    key(field, "Enter", { [held]: true });
    await pass(STEP);
    expect(said(popup)).toEqual({ value: "tea" });
    popup.close();
  }
});

test("how much of the limit is used is told from four fifths on", async () => {
  const popup = await ask(LINE);
  write(popup, "input", "1234567");
  expect(popup.one("#count").textContent).toBe("");
  write(popup, "input", "12345678");
  expect(popup.one("#count").textContent).toBe("8 / 10");
});

test("a text comes back as it was, and can be taken back", async () => {
  const popup = await ask(LINE);
  write(popup, "input", "tea");
  await press(popup, "Next");
  await comeBack(popup);
  expect((popup.one("input") as HTMLInputElement).value).toBe("tea");
  write(popup, "input", " ");
  await press(popup, "Skip");
  expect(said(popup)).toEqual({ value: "" });
});

test("a required text says so and keeps its field", async () => {
  const popup = await ask({ ...LINE, required: true });
  const field = popup.one("input");
  await press(popup, "Next");
  expect([note(popup), popup.one("input"), ways(popup)]).toEqual([
    "Please answer.",
    field,
    ["Next"],
  ]);
});

test("the way on is called `Send` at the end of the survey", async () => {
  const popup = await ask(LINE, {
    questions: [{ id: "q", title: "Well?", ...LINE }],
  });
  write(popup, "input", "tea");
  expect(ways(popup)).toEqual(["Send"]);
});

test("contact has labelled fields of the right types", async () => {
  const popup = await ask(contact);
  const fields = popup.all("input") as HTMLInputElement[];
  expect(fields.map(({ type }) => type)).toEqual(["text", "email", "tel"]);
  expect(fields.map((field) => field.getAttribute("autocomplete"))).toEqual([
    "name",
    "email",
    "tel",
  ]);
  expect(fields.map((field) => field.getAttribute("inputmode"))).toEqual([null, "email", "tel"]);
  const labels = fields.map(({ id }) => popup.one(`label[for=${id}]`).textContent);
  expect(labels).toEqual(["Name", "Email", "Phone"]);
});

test("what is no address is told beside its field, on the way on and not before", async () => {
  const popup = await ask(contact);
  const email = write(popup, "#field-email", "ada at host");
  write(popup, "#field-phone", "tea");
  expect(email.hasAttribute("aria-invalid")).toBe(false);
  await press(popup, "Next");
  expect(email.getAttribute("aria-invalid")).toBe("true");
  const problem = popup.one(`#${email.getAttribute("aria-describedby")}`);
  expect(problem.textContent).toBe("No email address.");
  expect(popup.one("#field-phone-wrong").textContent).toBe("No phone number.");
  expect([popup.host?.shadowRoot?.activeElement, asksWhy(popup)]).toEqual([email, false]);
  write(popup, "#field-email", " ada@host.example ");
  write(popup, "#field-phone", "+49 30 (123) 45-67");
  await press(popup, "Next");
  expect(said(popup)).toEqual({
    value: { email: "ada@host.example", phone: "+49 30 (123) 45-67" },
  });
  await comeBack(popup);
  expect((popup.one("#field-email") as HTMLInputElement).value).toBe("ada@host.example");
});

test("required contact asks for one way at least", async () => {
  const popup = await ask({ ...contact, required: true });
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual(["Please answer.", false]);
  write(popup, "#field-name", "Ada");
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: { name: "Ada" } });
});

test("a date is a date field within its bounds", async () => {
  const bounds = { earliest: "2026-01-01", latest: "2026-12-31" };
  const popup = await ask({ kind: "date", ...bounds });
  const field = popup.one("input") as HTMLInputElement;
  expect([field.type, field.min, field.max]).toEqual(["date", "2026-01-01", "2026-12-31"]);
  expect(field.getAttribute("aria-labelledby")).toBe("title");
  write(popup, "input", "2026-11-22");
  await press(popup, "Next");
  expect(said(popup)).toEqual({ value: "2026-11-22" });
  await comeBack(popup);
  expect((popup.one("input") as HTMLInputElement).value).toBe("2026-11-22");
});

/** What a browser would say by itself, in its own language. */
const ofTheBrowser = (field: HTMLInputElement, more: Partial<ValidityState> = {}): void => {
  const validity = { valid: false, badInput: false, ...more };
  Object.defineProperty(field, "validity", { value: validity });
  Object.defineProperty(field, "validationMessage", { value: "The browser's sentence." });
};

test.each([
  [{}, { badInput: true }, "No whole date."],
  [{}, {}, "No whole date."],
  [{ earliest: "2026-01-01", latest: "2026-12-31" }, { badInput: true }, "No whole date."],
  [{ earliest: "2026-01-01", latest: "2026-12-31" }, {}, "1. Januar 2026 – 31. Dezember 2026"],
  [{ earliest: "2026-01-01" }, {}, "1. Januar 2026 – …"],
  [{ latest: "2026-12-31" }, {}, "… – 31. Dezember 2026"],
])("a wrong date %j is told in the popup's language", async (bounds, validity, sentence) => {
  const popup = await ask({ kind: "date", ...bounds }, { language: "de" });
  const field = popup.one("input") as HTMLInputElement;
  ofTheBrowser(field, validity);
  write(popup, "input", "2027-01-01");
  await press(popup, "Next");
  expect([note(popup), asksWhy(popup)]).toEqual([sentence, false]);
});

test.each([
  { kind: "date" },
  { kind: "contact", fields: [{ name: "email", label: "Email" }] },
] as const)("under the pointer no sentence of the browser stands beside %j", async (question) => {
  const popup = await ask(question as never);
  for (const field of popup.all("input")) expect(field.getAttribute("title")).toBe("");
});

test("a comment that is required is not skipped", async () => {
  const popup = await openPopup({
    questions: [SURVEY.questions[0] as never, { ...SURVEY.questions[1], required: true } as never],
    labels: LABELS,
    more: ["kinds"],
  });
  click(popup.all("[role=radio]")[9] as HTMLElement);
  await pass(STEP);
  expect(popup.one("#title").textContent).toBe("What went well?");
  expect(ways(popup)).toEqual(["Send"]);
  write(popup, "textarea", "  ");
  await press(popup, "Send");
  expect(note(popup)).toBe("Please answer.");
  write(popup, "textarea", "All of it");
  await press(popup, "Send");
  expect(popup.told).toContain("completed");
});

test("a date that is not required may be skipped", async () => {
  const popup = await ask({ kind: "date" });
  await press(popup, "Skip");
  expect([said(popup), asksWhy(popup)]).toEqual([undefined, true]);
});
