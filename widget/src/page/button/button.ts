/**
 * Loaded only if the page rules contain a survey that a button opens: shows the button at the
 * window's edge while this visitor may open the survey. See chunks.ts for its interface.
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
/** In ms. Maximum wait for a popup that is closing. */
const CLOSING = 1_000;

let offered: Button | undefined;
let tab: Tab | undefined;
/** Set until the popup has the focus or, after an answer, until the next offer is known. */
let busy: "opens" | "answered" | undefined;
/** The popup has returned the focus, which the button must take. */
let returns = false;

const popup = (): Element | null => document.querySelector(POPUP);

/** Hides the tab while a popup is open or something fills the screen. */
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
  // Some browsers do not focus a pressed button, but the focus must return here.
  tab?.button.focus({ preventScroll: true });
  const decision = await ask({ kind: "show", surveys: [survey] }, now() + CLOSING).catch(ignore);
  popup()?.shadowRoot?.querySelector<HTMLElement>("[role=dialog]")?.focus({ preventScroll: true });
  busy = undefined;
  makeWay();
  if (decision?.ask) return;
  emit("unavailable", survey);
  // The survey was answered or has ended in the meantime, so the button may have to go.
  if (decision) await renew();
};

const put = (button: Button): void => {
  const drawn = drawTab(button, () => open(button));
  // The popup returns the focus to the host element, not to the button inside.
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

/** Draws the current offer, which may be another button than the drawn one, or none. */
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

/** A popup has come or gone. After an answer, the visitor may not open the survey again. */
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
// The visitor has changed, or consent was withdrawn.
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
