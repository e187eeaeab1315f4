import { expect, test } from "vitest";
import type { ScoreQuestion } from "../src/core/wire.ts";
import { SURVEY } from "./page.ts";
import {
  answers,
  ces,
  checked,
  choice,
  click,
  key,
  loadCode,
  openPopup,
  type Popup,
  pass,
  STEP,
  title,
} from "./popup_page.ts";

const nps = SURVEY.questions[0] as ScoreQuestion;

const states = (popup: Popup) =>
  popup.posts
    .filter(({ path }) => path === "invitations/inv_1")
    .map(({ body }) => (body as { state: string }).state);

test("it is a named non-modal dialog after the body", async () => {
  const popup = await openPopup();
  const dialog = popup.one("[role=dialog]");
  expect(document.documentElement.lastElementChild).toBe(popup.host);
  expect(dialog.getAttribute("aria-labelledby")).toBe("name title");
  expect(popup.one("#name").textContent).toBe("Survey");
  expect(dialog.hasAttribute("aria-modal")).toBe(false);
});

test("it announces itself politely, in a region that was there before the text", async () => {
  const popup = await openPopup({}, 0);
  const region = popup.one("[role=status]");
  expect(region.textContent).toBe("");
  await pass(200);
  expect(popup.one("[role=status]")).toBe(region);
  expect(region.textContent).toBe("A survey has appeared. How likely?");
});

test("one that the page keeps taking out is gone, and does not count as shown", async () => {
  const popup = await openPopup({}, 0);
  while (popup.host) {
    popup.host.remove();
    await pass(0);
  }
  await pass(2_000);
  expect(popup.told).toEqual(["closed"]);
  expect(states(popup)).toEqual([]);
});

test("it leaves the focus where it is", async () => {
  const field = document.createElement("input");
  document.body.append(field);
  field.focus();
  await openPopup();
  expect(document.activeElement).toBe(field);
});

test("the host's hot keys do not hear what is typed here", async () => {
  const heard: string[] = [];
  document.addEventListener("keydown", ({ key }) => heard.push(key));
  const popup = await openPopup();
  key(choice(popup, 0), "7");
  expect(heard).toEqual([]);
});

test("the keys that send a comment press nothing that comes after it", async () => {
  const popup = await openPopup();
  click(choice(popup, 6));
  await pass(STEP);
  const event = key(popup.one("textarea"), "Enter", { ctrlKey: true });
  expect(event.defaultPrevented).toBe(true);
  expect(title(popup)).toBe("Thank you!");
});

test("a comment completes the response, then comes the thank-you", async () => {
  const popup = await openPopup();
  click(choice(popup, 6), 0);
  await pass(STEP);
  (popup.one("textarea") as HTMLTextAreaElement).value = "  slow  ";
  click(popup.one(".send"));
  await pass(200);
  expect(answers(popup).at(-1)).toEqual({
    invitation: "inv_1",
    answers: [
      { question: "score", value: 6 },
      { question: "comment", value: "slow" },
    ],
    complete: true,
  });
  expect(popup.told).toEqual(["shown", "answered", "answered", "completed"]);
  expect(title(popup)).toBe("Thank you!");
  expect(popup.one("[role=status]").textContent).toBe("Thank you!");
});

test("a skipped comment completes the response with the score alone", async () => {
  const popup = await openPopup();
  click(choice(popup, 6), 0);
  await pass(STEP);
  click(popup.one(".quiet"));
  await pass(STEP);
  expect(answers(popup).at(-1)).toEqual({
    invitation: "inv_1",
    answers: [{ question: "score", value: 6 }],
    complete: true,
  });
});

test("a survey of one score is complete with it", async () => {
  const popup = await openPopup({ questions: [ces] });
  click(choice(popup, 0), 0);
  await pass(STEP);
  expect(answers(popup)).toMatchObject([{ complete: true }]);
});

test("the score can be changed from the comment", async () => {
  const popup = await openPopup();
  click(choice(popup, 2), 0);
  await pass(STEP);
  click(popup.one(".back"));
  expect(checked(popup)).toBe(2);
  await pass(STEP);
  click(choice(popup, 10), 0);
  await pass(STEP);
  expect(title(popup)).toBe("What went well?");
  expect(answers(popup).at(-1)).toMatchObject({ answers: [{ question: "score", value: 10 }] });
});

test("input in the first 400 ms is ignored", async () => {
  const popup = await openPopup({}, 0);
  click(choice(popup, 0));
  key(choice(popup, 0), "Escape");
  click(popup.one(".close"));
  await pass(399);
  click(choice(popup, 0), 0);
  await pass(1_000);
  expect(title(popup)).toBe("How likely?");
  expect(checked(popup)).toBe(-1);
  expect(popup.told).toEqual(["shown"]);
});

const TYPED = { questions: [SURVEY.questions[1] as never] };

test("every further step takes no press in its first 400 ms, and all that is written", async () => {
  const popup = await openPopup();
  click(choice(popup, 2));
  await pass(330);
  expect(title(popup)).toBe("What went wrong?");
  click(popup.one(".send"));
  key(popup.one("textarea"), "Enter", { ctrlKey: true });
  expect(key(popup.one("textarea"), "x").defaultPrevented).toBe(false);
  expect(title(popup)).toBe("What went wrong?");
  await pass(400);
  click(popup.one(".send"));
  expect(title(popup)).toBe("Thank you!");
  // It was there before, and is where it was.
  click(popup.one(".close"));
  expect(popup.host).toBeNull();
});

test("a double click on “why me” refuses nothing", async () => {
  const popup = await openPopup();
  popup.reply = async () => ({
    title: "Why",
    sentences: [],
    until: null,
    never: "Never",
    back: "",
  });
  click(popup.all(".choices button")[2] as HTMLElement);
  await pass(100);
  expect(title(popup)).toBe("Why");
  click(popup.one(".choices button"));
  expect(popup.told).toEqual([]);
  await pass(400);
  click(popup.one(".choices button"));
  expect(popup.told).toContain("never");
});

test.each(["Enter", " ", "Escape"])(
  "a held %j does nothing but what its press did",
  async (name) => {
    const popup = await openPopup();
    const repeated = key(choice(popup, 2), name, { repeat: true });
    expect(repeated.defaultPrevented).toBe(true);
    expect(popup.host).not.toBeNull();
    expect(key(choice(popup, 2), "ArrowRight", { repeat: true }).defaultPrevented).toBe(true);
    expect(checked(popup)).toBe(3);
  },
);

test("a held Enter still breaks lines in a comment, and sends nothing", async () => {
  const popup = await openPopup(TYPED);
  const field = popup.one("textarea");
  expect(key(field, "Enter", { repeat: true }).defaultPrevented).toBe(false);
  key(field, "Enter", { repeat: true, ctrlKey: true });
  expect(answers(popup)).toEqual([]);
});

test("a click is sent before anything else is there", async () => {
  const { popup, open, files } = await loadCode();
  // It never comes.
  files.offline = new Promise(() => {}) as never;
  const close = open({ invitation: "inv_1", survey: SURVEY }, () => {}, []);
  await new Promise((resolve) => setTimeout(resolve, 450));
  click(choice(popup, 9));
  expect(answers(popup)).toMatchObject([{ answers: [{ question: "score", value: 9 }] }]);
  close();
});

test("Escape throws away what was typed at the second press, not at the first", async () => {
  const popup = await openPopup(TYPED);
  const field = popup.one("textarea") as HTMLTextAreaElement;
  field.value = "slow";
  field.focus();
  key(field, "Escape");
  expect(popup.host).not.toBeNull();
  const dialog = popup.one("[role=dialog]");
  expect(popup.host?.shadowRoot?.activeElement).toBe(dialog);
  key(dialog, "Escape");
  expect(popup.host).toBeNull();
});

test("a press that began in the first 400 ms is ignored even if it ends later", async () => {
  const popup = await openPopup({}, 300);
  choice(popup, 0).dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
  await pass(STEP);
  click(choice(popup, 0));
  await pass(STEP);
  expect(title(popup)).toBe("How likely?");
  click(choice(popup, 0));
  await pass(STEP);
  expect(title(popup)).toBe("What went wrong?");
});

test.each([
  ["Close", "dismissed"],
  ["Ask me later", "snoozed"],
  ["Don’t ask again", "never"],
])("%s means %s, and ends the popup at once", async (name, state) => {
  const popup = await openPopup();
  const named = (one: HTMLElement) => (one.getAttribute("aria-label") ?? one.textContent) === name;
  click(popup.all("button").find(named) as HTMLElement);
  await pass(STEP);
  expect(states(popup)).toEqual([state]);
  expect(popup.told).toEqual([state, "closed"]);
  expect(popup.host).toBeNull();
});

test("Escape dismisses from inside, and means nothing outside", async () => {
  const popup = await openPopup();
  key(document.body, "Escape");
  expect(popup.host).not.toBeNull();
  key(choice(popup, 0), "Escape", { isComposing: true });
  expect(popup.host).not.toBeNull();
  key(choice(popup, 0), "Escape");
  expect(states(popup)).toEqual(["dismissed"]);
  expect(popup.host).toBeNull();
});

test("closing after the score says no more than that: the partial response stands", async () => {
  const popup = await openPopup();
  click(choice(popup, 6), 0);
  await pass(STEP);
  click(popup.one(".close"));
  await pass(2_000);
  expect(states(popup)).toEqual(["shown", "closed"]);
  expect(popup.told).toEqual(["shown", "answered", "closed"]);
});

test("it counts as shown after one second in sight, not before and not while hidden", async () => {
  const hidden = (value: boolean) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const popup = await openPopup({}, 900);
  hidden(true);
  await pass(5_000);
  expect(states(popup)).toEqual([]);
  hidden(false);
  await pass(900);
  expect(states(popup)).toEqual([]);
  await pass(100);
  expect(states(popup)).toEqual(["shown"]);
  expect(popup.kept).toEqual({ ":left": "" });
});

test("a popup that the server refuses, because it was asked elsewhere, goes away", async () => {
  const popup = await openPopup();
  popup.reply = async () => false;
  await pass(1_000);
  expect(popup.host).toBeNull();
  expect(popup.told).toEqual(["shown", "closed"]);
});

test("the thank-you goes by itself and gives the focus back to the host", async () => {
  const field = document.createElement("input");
  document.body.append(field);
  field.focus();
  const popup = await openPopup({ questions: [ces] });
  const into = new FocusEvent("focusin", { bubbles: true, composed: true, relatedTarget: field });
  choice(popup, 0).focus();
  popup.host?.dispatchEvent(into);
  click(choice(popup, 0), 0);
  await pass(2_900);
  expect(popup.host).not.toBeNull();
  await pass(6_000);
  expect(popup.host).toBeNull();
  expect(document.activeElement).toBe(field);
});

test("a page that replaces its body does not lose the popup", async () => {
  const popup = await openPopup();
  const host = popup.host;
  popup.host?.remove();
  await pass(STEP);
  expect(popup.host).toBe(host);
});

test("after the loader closed it nothing is told twice", async () => {
  const popup = await openPopup();
  popup.close();
  popup.close();
  await pass(5_000);
  expect(popup.told).toEqual(["closed"]);
  expect(popup.posts).toEqual([]);
});

test("markup in a text is text", async () => {
  const popup = await openPopup({ questions: [{ ...nps, title: "<img src=x onerror=alert(1)>" }] });
  expect(popup.all("img")).toEqual([]);
  expect(title(popup)).toBe("<img src=x onerror=alert(1)>");
});

test("what waits behind it is asked for when the server says so, and nothing else is left", async () => {
  const popup = await openPopup({}, 0);
  popup.kept[":left"] = "its own claim";
  popup.reply = async () => ({ state: "shown", waiting: { in: 30 } });
  await pass(1_000);
  expect(Number(popup.kept[":left"])).toBe(Date.now() + 30_000);
  expect(popup.loaded).toContain("leftover");
  popup.reply = async () => ({ state: "dismissed" });
  click(popup.one(".close"));
  await pass(0);
  expect(popup.kept[":left"]).toBe("");
});
