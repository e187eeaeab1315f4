import { askHere, currentRules, matchUrl } from "../../core/from_loader.ts";
import { LONGEST_TIMER, later } from "../../core/time.ts";
import type { MomentRule } from "../../core/wire.ts";

/** Milliseconds from `passed` until the next rule of the kind; a timer's longest if there is none. */
export const untilNext = (kind: "time_on_page" | "inactivity", passed: number): number =>
  Math.min(...waitingFor(kind).map(({ seconds = 0 }) => seconds * 1_000 - passed), LONGEST_TIMER);

type Kind = MomentRule["kind"];

/** Surveys whose moment has come on this view: it comes once. */
let come: string[] = [];

export const forgetMoments = (): void => {
  come = [];
};

const isHere = (rule: MomentRule): boolean => matchUrl(rule, location.href);

const ofKind = (kind: Kind): MomentRule[] =>
  (currentRules().moments || []).filter((rule) => rule.kind === kind);

/** The rules of a kind whose moment may still come on this view. */
export const waitingFor = (kind: Kind): MomentRule[] =>
  ofKind(kind).filter((rule) => !come.includes(rule.survey) && isHere(rule));

/** Asks, in one question, for all the waiting rules that `test` agrees to. */
export const happen = (kind: Kind, test: (rule: MomentRule) => boolean = () => true): void => {
  const surveys = waitingFor(kind)
    .filter(test)
    .map(({ survey }) => survey);
  if (!surveys[0]) return;
  come.push(...surveys);
  // Who moves on meanwhile is not asked about the page they left; but a click may itself lead on.
  const still = (rule: MomentRule) =>
    surveys.includes(rule.survey) && (kind === "click" || isHere(rule));
  // In a task of its own: the host's own listeners come first.
  later(0, () => askHere(kind, () => ofKind(kind).filter(still)));
};
