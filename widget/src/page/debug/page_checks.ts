import { currentRules, matchUrl, wouldInterrupt } from "../../core/from_loader.ts";
import { isFullscreen } from "../../core/occupied.ts";
import type { PageRule, UrlRule } from "../../core/wire.ts";
import { isFrameInUse } from "../quiet/frame.ts";
import { hasModal } from "../quiet/modal.ts";
import { isWatching, showsConsentBanner, wantsQuiet } from "../quiet/reasons.ts";
import type { Check, SurveyExplained } from "./explanation.ts";

const inWords = ({ match, value }: UrlRule): string => (match ? `${match} ${value}` : "any page");

const isHere = (rule: UrlRule): boolean => matchUrl(rule, location.href);

const excluded = (): Check => {
  const rule = currentRules().excluded?.find(isHere);
  return {
    passed: !rule,
    because: rule
      ? "The project excludes this page: nothing is ever asked here."
      : "The page is not one that the project excludes.",
    remedy: rule ? "Remove the page from the project's `excluded_pages`." : "",
    saw: rule ? { excluded: inWords(rule) } : {},
  };
};

/** Activities that a survey must not interrupt, each with the reason and the remedy. */
const BUSY: [is: () => boolean, because: string, remedy: string][] = [
  [() => document.hidden, "The tab is not in sight.", "Bring it to the front."],
  [isFullscreen, "Something fills the whole screen.", "Leave fullscreen."],
  [isWatching, "A video is playing.", "Pause it, or let it end."],
  [
    hasModal,
    "A dialog or a popover of the page is open, or something covers the page.",
    "Close it.",
  ],
  [
    wantsQuiet,
    "Something in sight is marked with data-sayso-quiet.",
    "Scroll it out of sight, or remove the mark.",
  ],
  [showsConsentBanner, "A consent banner is open.", "Answer it."],
  [
    isFrameInUse,
    "The focus is in a frame, where somebody has just typed or clicked.",
    "Leave it alone for a few seconds.",
  ],
  [
    wouldInterrupt,
    "The page holds surveys back with sayso.hold(), has only just come, or somebody is typing.",
    "Call sayso.release(); a page just come, or who types, is left alone for a few seconds.",
  ],
];

const busy = (): Check => {
  const found = isHereExcluded() ? undefined : BUSY.find(([is]) => is());
  return {
    passed: !found,
    because: found ? found[1] : "Nobody would be interrupted.",
    remedy: found ? found[2] : "",
    saw: {},
  };
};

const isHereExcluded = (): boolean => !excluded().passed;

/** Checks for all surveys on this page; only the first applies to those that do not interrupt. */
export const pageChecks = (): [Check, ...Check[]] => [excluded(), busy()];

export const isOfPage = (_: Check, place: number): boolean => !place;

/** Whether the page has an element for an embedded survey. */
const placed = ({ survey }: SurveyExplained): Check => {
  const passed = !!document.querySelector(`[data-sayso="${survey}"]`);
  return {
    passed,
    because: passed
      ? "The page has an element for the survey."
      : "The page has no element for the survey.",
    remedy: passed ? "" : `Put \`<div data-sayso="${survey}"></div>\` into the page.`,
    saw: {},
  };
};

/** Whether the page rules match this page; empty for a survey that an event triggers. */
export const ruleChecks = (survey: SurveyExplained): Check[] => {
  const { rule, trigger } = survey;
  if (trigger.event) return [];
  const { views, moments = [] } = currentRules();
  const own: PageRule | undefined = [...views, ...moments].find((one) => one.survey === rule);
  const wanted = own ? inWords(own) : "";
  if (!own) {
    return [
      {
        passed: false,
        because: "This page has older rules, without this survey.",
        remedy: "Reload the page.",
        saw: {},
      },
    ];
  }
  const passed = isHere(own);
  return [
    {
      passed,
      because: passed
        ? "The survey's URL rule means this page."
        : "The survey's URL rule does not mean this page.",
      remedy: passed ? "" : "Open a page that it means, or change `trigger.url`.",
      saw: { wanted, page: location.href },
    },
    ...(trigger.kind === "embed" ? [placed(survey)] : []),
  ];
};
