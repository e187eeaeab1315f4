/**
 * Loaded only for a survey that branches, repeats answers, is long, or ends in more than thanks.
 * handover.ts says how it meets the popup.
 */
import type { Flow, More } from "../handover.ts";
import { fill } from "./fill.ts";
import css from "./flow.css?raw";
import { leadOn, redirect } from "./lead.ts";
import { ready } from "./loan.ts";
import { progress } from "./progress.ts";
import { holds } from "./ways.ts";

const flow: More["flow"] = ({ questions, thanks, labels }, answers, trail): Flow => {
  const said = (id: string) => answers.find(({ question }) => question === id)?.value;

  /** Who went back and on by another way has not said what lies beside it. */
  const takeBackTheRest = (): void => {
    const walked = trail.map((place) => questions[place]?.id);
    for (const answer of answers) if (!walked.includes(answer.question)) answer.value = null;
  };

  return {
    next(place) {
      const { id, then } = questions[place] as (typeof questions)[number];
      const way = then?.find((one) => holds(one, said(one.of ?? id)));
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
