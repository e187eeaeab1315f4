import { askHere, currentRules, matchUrl } from "../../core/from_loader.ts";
import { LONGEST_TIMER, later } from "../../core/time.ts";
import type { MomentRule } from "../../core/wire.ts";

/** Milliseconds from `passed` until the next rule of the kind; LONGEST_TIMER if there is none. */
export const untilNext = (kind: "time_on_page" | "inactivity", passed: number): number =>
  Math.min(...waitingFor(kind).map(({ seconds = 0 }) => seconds * 1_000 - passed), LONGEST_TIMER);

type Kind = MomentRule["kind"];

/** Surveys whose moment has already come on this view; it comes once per view. */
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

/** Asks once for all waiting rules that pass `test`. */
export const happen = (kind: Kind, test: (rule: MomentRule) => boolean = () => true): void => {
  const surveys = waitingFor(kind)
    .filter(test)
    .map(({ survey }) => survey);
  if (!surveys[0]) return;
  come.push(...surveys);
  // A visitor is not asked about a page that they have left, unless the click itself led on.
  const still = (rule: MomentRule) =>
    surveys.includes(rule.survey) && (kind === "click" || isHere(rule));
  // In a separate task, so that the host's own listeners run first.
  later(0, () => askHere(kind, () => ofKind(kind).filter(still)));
};
