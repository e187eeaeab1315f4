/**
 * Shows, for `sayso.debug(token)`, why each survey would ask on this page or not. Loaded only by
 * that call; asks and stores nothing. See chunks.ts for its interface.
 */

import { ready } from "../../core/from_loader.ts";
import { quietly } from "../../core/quietly.ts";
import { make } from "../../element/make.ts";
import { drawCheck, mark, sentence, theirs } from "./draw_check.ts";
import { type Answer, type Check, explain, type SurveyExplained } from "./explanation.ts";
import { isOfPage, pageChecks, ruleChecks } from "./page_checks.ts";
import { openPanel, type Panel } from "./panel.ts";

let panel: Panel | undefined;
let token = "";

const isRed = ({ passed }: Check): boolean => !passed;

/** Surveys in the page, or opened manually, interrupt nobody. */
const STANDING = ["embed", "button"];

const list = (checks: Check[]): HTMLElement => make("ul", {}, ...checks.map(drawCheck));

const drawSurvey = (survey: SurveyExplained, page: Check[], alone: boolean): HTMLElement => {
  const own = ruleChecks(survey);
  const interrupts = !STANDING.includes(survey.trigger.kind as string);
  const inPage = [...(interrupts ? page : page.filter(isOfPage)), ...own].find(isRed);
  const asks = !inPage && survey.decision.reason === "asked";
  const verdict = asks ? "Would ask. " : "Would not ask. ";
  const because = (inPage ?? survey.decision).because;
  const checks = [...own, ...survey.checks];
  const reds = checks.filter(isRed);
  const details = make(
    "details",
    {},
    make(
      "summary",
      {},
      mark(asks),
      make(
        "div",
        {},
        make("h3", {}, theirs(survey.name)),
        make("p", {}, make("b", {}, verdict), because.replace(/`/g, "")),
        make(
          "p",
          { class: "soft" },
          `${checks.length - reds.length} of ${checks.length} rules hold`,
        ),
      ),
    ),
    // Failed checks come first.
    list([...reds, ...checks.filter(({ passed }) => passed)]),
  );
  details.open = alone;
  return details;
};

const whoIs = ({ user_id, known }: NonNullable<Answer["explanation"]>["person"]): HTMLElement =>
  make(
    "p",
    { class: "who" },
    ...(user_id
      ? ["User ", theirs(user_id), ", proven by token"]
      : ["A visitor without a proven identity"]),
    known ? "." : ", not seen before.",
  );

const paragraph = (text: string, kind = "soft"): HTMLElement =>
  make("p", { class: kind }, ...sentence(text));

const content = ({ explanation, problem, note }: Answer): HTMLElement[] => {
  const page = pageChecks();
  const surveys = explanation?.surveys || [];
  return [
    ...(problem ? [paragraph(problem, "problem")] : []),
    ...(explanation ? [whoIs(explanation.person)] : []),
    ...(note ? [paragraph(note, "problem")] : []),
    list(page),
    ...surveys.map((survey) => drawSurvey(survey, page, surveys.length === 1)),
    ...(explanation && !surveys[0] ? [paragraph("No survey of the project is live.")] : []),
  ];
};

let looks = 0;

const look = quietly(async (): Promise<void> => {
  panel ??= openPanel(look, () => {
    panel = undefined;
  });
  const shown = panel;
  const mine = ++looks;
  shown.put(paragraph("Asking the server …"));
  const answer = await explain(token);
  if (mine === looks) shown.put(...content(answer));
});

ready((given: string) => {
  token = given || token;
  look();
});
