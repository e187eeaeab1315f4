/**
 * Loaded only if the page rules contain an embedded survey: finds the places for surveys, and asks
 * in each when it comes near the window. See chunks.ts for its interface.
 */

import type { Ask, PopupEvent, Watcher } from "../core/chunks.ts";
import {
  currentRules,
  decide,
  emit,
  key,
  load,
  matchUrl,
  on,
  ready,
  recall,
} from "../core/from_loader.ts";
import { ignore } from "../core/quietly.ts";
import { randomId } from "../core/random_id.ts";
import { later } from "../core/time.ts";
import type { MomentRule } from "../core/wire.ts";
import { left, nameOfLeft } from "../survey/half_answered.ts";

/** `name`: the survey's name in page rules. */
const askServer = async (name: string): Promise<Ask | null> => {
  const decision = await decide({ kind: "embed", id: randomId(), surveys: [name] });
  return decision?.ask ?? null;
};

/** Draws the survey if it is asked and `still` wanted. Returns a function that removes it. */
const askIn = async (
  place: HTMLElement,
  survey: string,
  name: string,
  still: () => boolean,
): Promise<(() => void) | undefined> => {
  const asked: Ask | null = left(nameOfLeft(key, survey), recall("")) ?? (await askServer(name));
  // Loads nothing more if there is nothing to ask.
  const [draw, ...more] = asked
    ? await Promise.all([load("inline"), ...(asked.survey.more || []).map(load)])
    : [];
  if (!still()) return;
  if (asked && draw && more.every(Boolean)) {
    const tell = (event: PopupEvent) => {
      if (event !== "closed") emit(event, survey);
    };
    return draw(place, asked, tell, more);
  }
  emit("unavailable", survey);
};

/** The live surveys by their names in page rules, once the server has sent them. */
let live: string[] | undefined;

const keepOnly = (surveys: string[]): void => {
  live = surveys;
};

const isHere = (rule: object): boolean => matchUrl(rule, location.href);

/** The rules of surveys that may be embedded in this page. */
const rulesHere = (): MomentRule[] => {
  const { moments = [], excluded } = currentRules();
  return excluded?.some(isHere)
    ? []
    : moments.filter((rule) => rule.kind === "embed" && isHere(rule));
};

/** The rule of a survey, by its full id. */
const ruleOf = (survey = ""): MomentRule | undefined =>
  rulesHere().find((rule) => survey.endsWith(rule.survey) && (!live || live.includes(rule.survey)));

interface Place {
  element: HTMLElement;
  visitor: string | undefined;
  close?: (() => void) | undefined;
}

const NAMED = "data-sayso";
/** In ms. Minimum time between checks of a page that changes all the time. */
const TOGETHER = 100;

/** By the survey's full id: a survey has one place in a page. */
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
  // Half a window ahead, so that the survey is drawn before the visitor reaches it.
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

// The visitor has changed, or consent was withdrawn.
on("reset", look);

const viewed = (): void => {
  if (rulesHere()[0]) {
    comings.observe(document.documentElement, {
      childList: true,
      subtree: true,
      attributeFilter: [NAMED],
    });
  } else comings.disconnect();
  look();
};

ready({
  viewed_: viewed,
  keepOnly_(surveys) {
    keepOnly(surveys);
    viewed();
  },
} satisfies Watcher);
