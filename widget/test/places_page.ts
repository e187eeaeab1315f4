/** Places in the page for a survey, and what of them is in sight. */
import { afterEach, beforeEach, vi } from "vitest";
import { put, settle } from "./page.ts";

export const ID = "0190aaaa-0000-7000-8000-00000000ab12";
export const RULE = { survey: "0000ab12", kind: "embed" } as const;

const observers = new Set<Sight>();

/** Says that a place is in sight when the test says so. */
class Sight {
  watched = new Set<Element>();
  constructor(readonly tell: (entries: object[]) => void) {
    observers.add(this);
  }
  observe(target: Element) {
    this.watched.add(target);
  }
  unobserve(target: Element) {
    this.watched.delete(target);
  }
  disconnect() {
    this.watched.clear();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", Sight);
});

afterEach(() => observers.clear());

/** Whoever watches the element hears that it is in sight, or not. */
export const see = async (target: Element, isIntersecting = true) => {
  for (const one of observers) {
    if (one.watched.has(target)) one.tell([{ target, isIntersecting }]);
  }
  await settle(10);
};

export const isWatched = (target: Element) =>
  [...observers].some(({ watched }) => watched.has(target));

export const place = (survey = ID) => put(`<div data-sayso="${survey}"></div>`);

/** What is drawn in a place. */
export const boxIn = (target: Element) =>
  target.querySelector("sayso-survey")?.shadowRoot?.querySelector<HTMLElement>(".box");
