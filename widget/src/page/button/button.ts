/**
 * Loaded only where the page rules have a survey that a button opens: puts the button at the window's
 * edge for as long as this visitor may open it. chunks.ts says how it meets the loader.
 */

import { asText } from "../../core/as_text.ts";
import type { Watcher } from "../../core/chunks.ts";
import { ask, emit, on, ready } from "../../core/from_loader.ts";
import { isFullscreen } from "../../core/occupied.ts";
import { ignore, listen, quietly } from "../../core/quietly.ts";
import { now } from "../../core/time.ts";
import type { Button } from "../../core/wire.ts";
import { forgetOffer, offer } from "./offer.ts";
import { drawTab, type Tab } from "./tab.ts";

const POPUP = ":root>sayso-survey";
/** A popup that is just closing is waited for so long. */
const CLOSING = 1_000;

let offered: Button | undefined;
let tab: Tab | undefined;
/** Until the focus has gone into the popup, or it is known what comes after an answer. */
let busy: "opens" | "answered" | undefined;
/** The popup had the focus, which comes back to the button. */
let returns = false;

const popup = (): Element | null => document.querySelector(POPUP);

/** Out of the way of a popup, and of what fills the screen. */
const makeWay = (): void => {
  if (!tab || busy === "opens") return;
  tab.host.hidden = !!popup() || isFullscreen() || !!busy;
  if (tab.host.hidden || !returns) return;
  returns = false;
  tab.button.focus({ preventScroll: true });
};

const open = async ({ survey }: Button): Promise<void> => {
  if (busy) return;
  busy = "opens";
  // Not every browser gives a pressed button the focus, which is to come back here.
  tab?.button.focus({ preventScroll: true });
  const decision = await ask({ kind: "show", surveys: [survey] }, now() + CLOSING).catch(ignore);
  popup()?.shadowRoot?.querySelector<HTMLElement>("[role=dialog]")?.focus({ preventScroll: true });
  busy = undefined;
  makeWay();
  if (decision?.ask) return;
  emit("unavailable", survey);
  // It was answered or ended meanwhile: a button that opens nothing is none.
  if (decision) await renew();
};

const put = (button: Button): void => {
  const drawn = drawTab(button, () => open(button));
  // Whoever gives the focus back knows the element alone.
  drawn.host.focus = () => {
    returns = true;
    makeWay();
  };
  tab = drawn;
  offered = button;
};

const drop = (): void => {
  tab?.remove();
  tab = undefined;
  offered = undefined;
};

let stands = 0;

/** What is told now may be another button than the one that stands there, or none. */
const stand = async (): Promise<void> => {
  const mine = ++stands;
  const button = await offer();
  if (mine !== stands) return;
  if (asText([button]) !== asText([offered])) {
    drop();
    if (button) put(button);
  }
  makeWay();
};

const renew = (): Promise<void> => {
  forgetOffer();
  return stand();
};

/** A popup has come or gone. Who has answered may not be able to open it again. */
const look = quietly(async (): Promise<void> => {
  makeWay();
  if (busy !== "answered" || popup()) return;
  await renew();
  busy = undefined;
  makeWay();
});

on("answered", ({ survey }) => {
  if (survey === offered?.survey) busy = "answered";
});
// Somebody else has come, or nobody consents any more.
on("reset", () => {
  drop();
  return stand();
});
new MutationObserver(look).observe(document.documentElement, { childList: true });
listen(document, "fullscreenchange", makeWay);

ready({
  viewed_: stand,
  keepOnly_(live) {
    if (!offered || live.some((name) => offered?.survey.endsWith(name))) return;
    forgetOffer();
    drop();
  },
} satisfies Watcher);
