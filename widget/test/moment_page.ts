/** A page that watches for moments, and what a visitor does on it. */
import { afterEach, beforeEach, vi } from "vitest";
import type { MomentRule } from "../src/core/wire.ts";
import { at, loadPage, type Page, settle } from "./page.ts";

const { pushState } = history;

beforeEach(() => {
  vi.useFakeTimers();
  at("/");
});

afterEach(() => {
  history.pushState = pushState;
  window.scrollTo(0, 0);
  vi.restoreAllMocks();
});

/** Another route, until it counts as viewed. */
export const go = async (path: string) => {
  history.pushState(null, "", path);
  at(path);
  await settle(300);
};

export const rule = (kind: MomentRule["kind"], more: Partial<MomentRule> = {}): MomentRule => ({
  survey: `s_${kind}`,
  kind,
  ...more,
});

export const watching = (...moments: MomentRule[]) => loadPage({ moments });

/** Kind and surveys of every decision asked for. */
export const asked = (page: Page) =>
  page.to("decide").map(({ body }) => [body.trigger.kind, ...body.trigger.surveys]);

export const click = async (element: Element) => {
  element.dispatchEvent(
    new MouseEvent("click", { bubbles: true, composed: true, cancelable: true }),
  );
  await settle(10);
};

export const pageOf = (scrollHeight: number, clientHeight = 600) => {
  const root = document.documentElement;
  for (const [name, value] of Object.entries({ scrollHeight, clientHeight })) {
    Object.defineProperty(root, name, { value, configurable: true });
  }
  Object.defineProperty(document, "scrollingElement", { value: root, configurable: true });
};
