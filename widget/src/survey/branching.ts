/**
 * Loaded only for a survey that branches, repeats answers, is long, or ends in more than thanks.
 * See chunks.ts for its interface.
 */
import type { Flow, More } from "../core/chunks.ts";
import { ready } from "../core/from_loader.ts";
import type { Answer, Thanks, Way } from "../core/wire.ts";
import { linkTo, make } from "../element/make.ts";
import css from "./branching.css?raw";
import { fill, isGiven } from "./piping.ts";

/** A thin line. Every way leads forward, so it shrinks only if the visitor goes back. */
const progress = (place: number, count: number, label: string): HTMLElement => {
  const percent = Math.round((place / count) * 100);
  const line = make("div", { class: "come" });
  line.style.setProperty("inline-size", `${percent}%`);
  return make(
    "div",
    {
      class: "progress",
      role: "progressbar",
      "aria-label": label,
      "aria-valuenow": percent,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    line,
  );
};

/** The link that the survey offers to everybody at its end. */
const leadOn = ({ link }: Thanks): HTMLElement[] => {
  const anchor = link && linkTo(link.url, link.label);
  return anchor ? [anchor] : [];
};

/** Leaves the page. The answers are already being sent, and their request outlives the page. */
const redirect = (url = ""): void => {
  if (/^https:/i.test(url)) setTimeout(() => location.assign(url), 0);
};

/** Whether the answer meets the way's conditions. Only numbers have bounds. */
const holds = ({ least, most, any, given }: Way, value: Answer["value"] | undefined): boolean =>
  (least === undefined || (typeof value === "number" && value >= least)) &&
  (most === undefined || (typeof value === "number" && value <= most)) &&
  (!any || (Array.isArray(value) && value.some((one) => any.includes(one)))) &&
  (given === undefined || isGiven(value) === given);

const flow: More["flow"] = ({ questions, thanks, labels }, answers, trail): Flow => {
  const answerTo = (id: string) => answers.find(({ question }) => question === id)?.value;

  /** Withdraws answers to questions that are not on the final path. */
  const takeBackTheRest = (): void => {
    const walked = trail.map((place) => questions[place]?.id);
    for (const answer of answers) if (!walked.includes(answer.question)) answer.value = null;
  };

  return {
    next(place) {
      const { id, then } = questions[place] as (typeof questions)[number];
      const way = then?.find((one) => holds(one, answerTo(one.of ?? id)));
      const next = way ? way.go : place + 1;
      if (!questions[next]) takeBackTheRest();
      return next;
    },
    fill: (told) => fill(told, questions, answers),
    progress: (place) => progress(place, questions.length, labels.progress ?? ""),
    thanks() {
      const score = answers.find(({ value }) => typeof value === "number")?.value as number;
      const fitting = thanks.by_score?.find(({ max }) => score <= max);
      redirect(thanks.redirect);
      return [fill({ ...thanks, ...fitting }, questions, answers), ...leadOn(thanks)];
    },
  };
};

ready({ css, flow } satisfies More);
