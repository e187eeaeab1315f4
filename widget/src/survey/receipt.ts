/**
 * Loaded when a visitor asks "Why me?": explains in the popup what triggered the question, when the
 * next question may come, and how the answer is stored. See chunks.ts for its interface.
 */

import type { ShowReceipt } from "../core/chunks.ts";
import { deliver, post, ready } from "../core/from_loader.ts";
import type { Receipt } from "../core/wire.ts";
import { dayIn } from "../element/day.ts";
import { button, draw, make } from "../element/make.ts";
import css from "./receipt.css?raw";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

const show: ShowReceipt = async (view, invitation, { language }, ask, leave) => {
  const receipt: Receipt | undefined = await deliver(() => post("receipt", { invitation }));
  if (!receipt) return;
  const { title, sentences, until, never, back } = receipt;
  const texts = sentences.map((one) => one.replace("{date}", () => dayIn(language, until ?? "")));
  const root = view.box.getRootNode() as ShadowRoot;
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  const goBack = () => ask(".choices :last-child");
  const refuse = button("quiet", () => leave("never"), {}, never);
  view.put(
    [
      button("back", goBack, {}, draw("M14 7l-5 5 5 5"), back),
      make("p", { id: "title" }, title),
      ...texts.map((sentence) => make("p", { class: "reason" }, sentence)),
      make("div", { class: "choices" }, refuse),
    ],
    ".back",
  );
  view.announce(title, ...texts);
};

ready(show);
