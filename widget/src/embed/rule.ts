import type { MomentRule } from "../wire.ts";
import { currentRules, matchUrl } from "./loan.ts";

/** All that are live, as page rules name them, once the server has said so. */
let live: string[] | undefined;

export const keepOnly = (surveys: string[]): void => {
  live = surveys;
};

const isHere = (rule: object): boolean => matchUrl(rule, location.href);

/** The rules of surveys that may have a place in this very page. */
export const rulesHere = (): MomentRule[] => {
  const { moments = [], excluded } = currentRules();
  return excluded?.some(isHere)
    ? []
    : moments.filter((rule) => rule.kind === "embed" && isHere(rule));
};

/** The rule of a survey, by its whole id. */
export const ruleOf = (survey = ""): MomentRule | undefined =>
  rulesHere().find((rule) => survey.endsWith(rule.survey) && (!live || live.includes(rule.survey)));
