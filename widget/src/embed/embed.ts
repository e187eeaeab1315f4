/**
 * Loaded only where the page rules have a survey with a place in the page: finds the places, and asks
 * in each once it comes near. handover.ts says how it meets the loader.
 */
import { later } from "../loader/time.ts";
import { ignore } from "../quietly.ts";
import { askIn } from "./ask.ts";
import { on, ready, recall } from "./loan.ts";
import { keepOnly, ruleOf, rulesHere } from "./rule.ts";

interface Place {
  element: HTMLElement;
  visitor: string | undefined;
  close?: (() => void) | undefined;
}

const NAMED = "data-sayso";
/** A page that changes all the time is looked at no more often. */
const TOGETHER = 100;

/** By the survey's whole id: it has one place in a page. */
const places = new Map<string, Place>();

const leave = (survey: string, { element, close }: Place): void => {
  near.unobserve(element);
  places.delete(survey);
  close?.();
};

const ask = async (survey: string, place: Place): Promise<void> => {
  const still = () => places.get(survey) === place;
  const name = ruleOf(survey)?.survey;
  if (name && still()) place.close = await askIn(place.element, survey, name, still);
};

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      const found = [...places].find(([, { element }]) => element === target);
      if (!isIntersecting || !found) continue;
      near.unobserve(target);
      ask(...found).catch(ignore);
    }
  },
  // Half a window ahead, so that it stands there when one comes to it.
  { rootMargin: "50% 0px" },
);

const look = (): void => {
  const visitor = recall("");
  for (const [survey, place] of places) {
    const { element } = place;
    const stays = element.isConnected && element.getAttribute(NAMED) === survey;
    if (!stays || place.visitor !== visitor || !ruleOf(survey)) leave(survey, place);
  }
  for (const element of document.querySelectorAll<HTMLElement>(`[${NAMED}]`)) {
    const survey = element.getAttribute(NAMED) as string;
    if (places.has(survey) || !ruleOf(survey)) continue;
    places.set(survey, { element, visitor });
    near.observe(element);
  }
};

let soon = false;

const comings = new MutationObserver(() => {
  if (soon) return;
  soon = true;
  later(TOGETHER, () => {
    soon = false;
    look();
  });
});

// Somebody else has come, or nobody consents any more.
on("reset", look);

ready((only?: string[]) => {
  if (only) keepOnly(only);
  if (rulesHere()[0]) {
    comings.observe(document.documentElement, {
      childList: true,
      subtree: true,
      attributeFilter: [NAMED],
    });
  } else comings.disconnect();
  look();
});
