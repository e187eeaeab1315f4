import { expect, test } from "vitest";
import {
  answers,
  ces,
  choice,
  click,
  openPopup,
  type Popup,
  pass,
  STEP,
  title,
} from "./popup_page.ts";

const RECEIPT = {
  title: "Why you are asked",
  sentences: ["<b>You</b> ordered.", "Nothing else before {date}."],
  until: "2026-12-05T10:00:00+00:00",
  never: "Never ask me again",
  back: "Back",
};

const never = (popup: Popup) =>
  popup.posts.filter(({ body }) => (body as { state?: string }).state === "never");

const press = async (popup: Popup, name: string): Promise<void> => {
  click(popup.all("button").find((one) => one.textContent === name) as HTMLElement);
  await pass(STEP);
};

const askWhy = async (reply: unknown = RECEIPT): Promise<Popup> => {
  const popup = await openPopup();
  popup.reply = async (path) => (path === "receipt" ? reply : {});
  await press(popup, "Why me?");
  await pass(200);
  return popup;
};

test("the receipt comes by a file and a call of its own, only when it is asked for", async () => {
  const popup = await openPopup();
  expect(popup.loaded).not.toContain("receipt");
  popup.reply = async () => RECEIPT;
  await press(popup, "Why me?");
  expect(popup.loaded).toContain("receipt");
  expect(popup.posts).toContainEqual({ path: "receipt", body: { invitation: "inv_1" } });
});

test("the receipt says why, as text, with the day in the survey's language", async () => {
  const popup = await askWhy();
  expect(title(popup)).toBe("Why you are asked");
  expect(popup.all(".reason").map(({ textContent }) => textContent)).toEqual([
    "<b>You</b> ordered.",
    "Nothing else before December\u00a05,\u00a02026.",
  ]);
  expect(popup.one("[role=status]").textContent).toContain("<b>You</b> ordered.");
});

test("back leads to the question as it was, and the focus to where it came from", async () => {
  const popup = await askWhy();
  popup.one(".back").focus();
  click(popup.one(".back"));
  expect(title(popup)).toBe("How likely?");
  expect(popup.host?.shadowRoot?.activeElement?.textContent).toBe("Why me?");
});

test("a receipt that cannot be had leaves the question where it is", async () => {
  const popup = await askWhy(false);
  expect(title(popup)).toBe("How likely?");
});

test("never again is said from the receipt too, and ends the popup", async () => {
  const popup = await askWhy();
  await press(popup, "Never ask me again");
  expect(never(popup)).toHaveLength(1);
  expect(popup.told.slice(-2)).toEqual(["never", "closed"]);
  expect(popup.host).toBeNull();
});

test("never again is said also after an answer, which stays", async () => {
  const popup = await openPopup();
  click(choice(popup, 6), 0);
  await pass(STEP);
  click(popup.one(".back"));
  await pass(STEP);
  await press(popup, "Don’t ask again");
  expect(never(popup)).toHaveLength(1);
  expect(answers(popup)).toHaveLength(1);
});

test("the thank-you offers what the server gave a link for, in a page of its own", async () => {
  const popup = await openPopup({ questions: [ces] });
  const receipt = { url: "https://ask.example/a#secret", label: "Change it" };
  popup.reply = async (path) => (path === "responses" ? { receipt } : {});
  click(choice(popup, 0), 0);
  expect(popup.all("a")).toEqual([]);
  await pass(STEP);
  const link = popup.one("a") as HTMLAnchorElement;
  expect([link.href, link.target, link.textContent]).toEqual([receipt.url, "_blank", "Change it"]);
});

test("an answer that overtakes the one before still brings its link", async () => {
  const popup = await openPopup();
  const acknowledge: ((reply: unknown) => void)[] = [];
  popup.reply = (path) =>
    path === "responses"
      ? new Promise((resolve) => acknowledge.push(resolve))
      : Promise.resolve({});
  click(choice(popup, 9), 0);
  await pass(STEP);
  click(popup.one(".quiet"));
  acknowledge[0]?.({});
  await pass(STEP);
  acknowledge[1]?.({ receipt: { url: "https://ask.example/a#s", label: "Change it" } });
  await pass(STEP);
  expect(popup.one("a").textContent).toBe("Change it");
});

test("without a link the thank-you offers none", async () => {
  const popup = await openPopup({ questions: [ces] });
  click(choice(popup, 0), 0);
  await pass(STEP);
  expect(title(popup)).toBe("Thank you!");
  expect(popup.all("a")).toEqual([]);
});
