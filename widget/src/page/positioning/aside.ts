/**
 * Loaded when a popup has opened: hides it during a modal, keeps it in the window and clear of the
 * focused element and of a phone's keyboard, and hides its events from the host. See chunks.ts for
 * its interface.
 */
import { key, load, ready } from "../../core/from_loader.ts";
import { focused } from "../../core/occupied.ts";
import { quietly } from "../../core/quietly.ts";
import type { Trigger } from "../../core/wire.ts";
import { keepInside } from "../../element/keep_inside.ts";
import { followWithdrawal } from "../follow_withdrawal.ts";
import { type Area, stand } from "./stand.ts";
import { makeWay } from "./way.ts";

/** A larger scale is a pinch zoom. */
const CLOSER = 1.01;

/** The visible area: smaller than the window while a keyboard is open. Ignores a pinch zoom. */
const room = (): Area => {
  const { offsetLeft, offsetTop, width, height, scale } = visualViewport as VisualViewport;
  if (scale > CLOSER) return { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  return {
    left: offsetLeft,
    top: offsetTop,
    right: offsetLeft + width,
    bottom: offsetTop + height,
  };
};

/** The area of the box without its translation, even during the transition. */
const restOf = (box: HTMLElement): Area => {
  const { left, top, right, bottom } = box.getBoundingClientRect();
  const moved = getComputedStyle(box).translate.split(" ").map(Number.parseFloat);
  const [x, y] = [moved[0] || 0, moved[1] || 0];
  return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
};

/** The host may style a backdrop for every popover. */
const UNDIMMED = new CSSStyleSheet();
UNDIMMED.replaceSync(":host::backdrop{display:none!important}");

/** Only in a transformed or contained root, a fixed element has an offset parent and scrolls. */
const isFixedToThePage = (host: HTMLElement): boolean => !!host.offsetParent;

/** Moves the popup to the top layer, which ignores the root's transform; never over a modal. */
const lift = (host: HTMLElement, hasModal: () => boolean): void => {
  if (!isFixedToThePage(host) || hasModal()) return;
  const root = host.shadowRoot as ShadowRoot;
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, UNDIMMED])];
  host.popover = "manual";
  host.showPopover();
};

const HURRY = "(prefers-reduced-motion: reduce)";

const place = (box: HTMLElement, kept: Area | undefined): void => {
  const body = box.querySelector(".body") as HTMLElement;
  const { scrollTop } = body;
  box.style.maxHeight = "";
  const { left, top, height } = stand(restOf(box), room(), kept);
  if (height) box.style.maxHeight = `${height}px`;
  body.scrollTop = scrollTop;
  const rest = restOf(box);
  const moves = [left - rest.left, top - rest.top].map(Math.round);
  box.style.translate = moves.some(Boolean) ? `${moves.join("px ")}px` : "";
};

const keepAside = (
  host: HTMLElement,
  box: HTMLElement,
  hasModal: () => boolean,
  byHand: boolean,
): void => {
  const control = new AbortController();
  /** The focused element in the host's page; unchanged while the popup has the focus. */
  let kept: Element | null = null;
  let looking = 0;

  const look = quietly(() => {
    looking = 0;
    if (!box.getClientRects()[0]) return;
    lift(host, hasModal);
    place(box, kept?.isConnected ? kept.getBoundingClientRect() : undefined);
  });
  const lookSoon = (): void => {
    if (!looking) looking = requestAnimationFrame(look);
  };
  const hear = (target: EventTarget, type: string, run: () => void): void =>
    target.addEventListener(type, quietly(run), {
      signal: control.signal,
      capture: true,
      passive: true,
    });
  const sizes = new ResizeObserver(lookSoon);
  const goings = new MutationObserver(() => {
    if (host.isConnected) return lookSoon();
    control.abort();
    sizes.disconnect();
    goings.disconnect();
  });

  keepInside(host, control.signal);
  /** The popup does not avoid itself. */
  const keep = (): void => {
    if (document.activeElement !== host) kept = focused();
  };
  hear(document, "focusin", () => {
    keep();
    lookSoon();
  });
  hear(document, "scroll", () => {
    if (kept) lookSoon();
  });
  for (const type of ["resize", "scroll"]) hear(visualViewport as EventTarget, type, lookSoon);
  goings.observe(document.documentElement, { childList: true });
  // Also fires at the start, when a focused element may already be beneath.
  sizes.observe(box);
  if (document.activeElement !== document.body) keep();
  makeWay(box.parentElement as HTMLElement, hasModal, byHand, control.signal);
  if (!matchMedia(HURRY).matches) box.style.transition = "translate 0.2s";
};

followWithdrawal(key);
ready(async (kind?: Trigger["kind"]) => {
  const quiet = await load("quiet");
  const host = document.querySelector<HTMLElement>(":root>sayso-survey");
  const box = host?.shadowRoot?.querySelector<HTMLElement>("[role=dialog]");
  if (host && box && visualViewport)
    keepAside(host, box, () => !!quiet?.hasModal_(), kind === "show");
});
