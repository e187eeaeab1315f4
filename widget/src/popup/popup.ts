/**
 * The popup's own file: shows one survey, sends what is said, keeps answers until they are
 * acknowledged. handover.ts says how it meets the loader.
 */

import { button, draw, make } from "../element/make.ts";
import { type DrawQuestion, LEFT, type OpenPopup } from "../handover.ts";
import { listen } from "../quietly.ts";
import type { Answer, Question, ScoreQuestion } from "../wire.ts";
import { answer, hurryAnswers, resendAnswers } from "./answers.ts";
import { comment, promptFor } from "./comment.ts";
import { face } from "./faces.ts";
import { frame } from "./frame.ts";
import { deliver, keep, post, ready } from "./loan.ts";
import { scale } from "./scale.ts";
import { whenShown } from "./shown.ts";
import { leaveAfter } from "./thanks.ts";

const open: OpenPopup = ({ invitation, survey }, tell, more) => {
  const { questions, labels, thanks } = survey;
  const drawing: Record<string, DrawQuestion> = Object.assign({}, ...more.map(({ draw }) => draw));
  const answers: Answer[] = [];
  const answerTo = (id?: string) => answers.find(({ question }) => question === id);
  const score = () => answers.find(({ value }) => typeof value === "number")?.value as number;
  let ended = false;
  let stopLeaving = () => {};

  const end = (): void => {
    if (ended) return;
    ended = true;
    stopLeaving();
    seen.stop();
    view.remove();
    tell("closed");
  };
  const leave = (event: "dismissed" | "snoozed"): void => {
    // After an answer the partial response stands, and says more.
    if (!answers[0]) say(event);
    end();
  };
  const say = async (state: "shown" | "dismissed" | "snoozed"): Promise<void> => {
    tell(state);
    const reply = await deliver(() => post(`invitations/${invitation}`, { state }));
    if (reply) keep(LEFT);
    // Refused: it has been asked elsewhere meanwhile. Who answers already may finish.
    else if (reply === false && !answers[0]) end();
  };
  const view = frame(survey, () => leave("dismissed"), more, end);
  const seen = whenShown(() => say("shown"));

  /** Without a value nothing was said. */
  const take = (index: number, said: Partial<Answer>, touched?: boolean): void => {
    const { id } = questions[index] as Question;
    const complete = index === questions.length - 1;
    const given = "value" in said;
    seen.now();
    if (given) {
      const earlier = answers.findIndex(({ question }) => question === id);
      answers.splice(earlier < 0 ? answers.length : earlier, 1, {
        question: id,
        ...said,
      } as Answer);
    }
    if (given || complete) answer(invitation, answers, complete);
    if (given) tell("answered");
    if (complete) tell("completed");
    if (complete) thank();
    // A keyboard that jumps up on a phone would hide the question.
    else ask(index + 1, touched ? ".box" : "textarea,[tabindex='0']");
  };

  const ask = (index: number, field?: string): void => {
    const question = questions[index] as Question;
    const answered = answerTo(question.id);
    const isComment = question.kind === "comment";
    const title = isComment ? promptFor(question, score()) : question.title;
    view.put(
      [
        ...(index ? [back(index - 1)] : []),
        make("p", { id: "title" }, title),
        ...(drawing[question.kind]?.(question, {
          survey,
          answered,
          goOn: (said, touched) => take(index, said, touched),
        }) ??
          (isComment
            ? comment(question, labels, (text) => take(index, text ? { value: text } : {}))
            : scale(
                question as ScoreQuestion,
                survey.direction === "rtl",
                answered?.value as number | undefined,
                (value, event) =>
                  take(index, { value }, (event as PointerEvent).pointerType === "touch"),
              ))),
        ...(index ? [] : [button("quiet", () => leave("snoozed"), {}, labels.later)]),
      ],
      field,
    );
  };

  /** Leads back, and shows what was chosen on a scale. */
  const back = (index: number): HTMLElement => {
    const { id, title, kind } = questions[index] as Question;
    const value = answerTo(id)?.value;
    const chosen = typeof value === "number" ? `${value}` : "";
    return button(
      "back",
      () => ask(index, "[tabindex='0']"),
      { "aria-label": `${title} ${chosen}` },
      draw("M14 7l-5 5 5 5"),
      chosen && kind === "csat" && !survey.more ? face(+chosen) : chosen,
    );
  };

  const thank = (): void => {
    const { title, text = "" } = thanks;
    view.put(
      [
        draw("M12 3a9 9 0 1 0 .01 0z", "M8 12.2l2.8 2.8 5.2-5.6"),
        make("p", { id: "title" }, title),
        make("p", {}, text),
      ],
      ".close",
    );
    view.box.classList.add("thanks");
    view.announce(title, text);
    stopLeaving = leaveAfter(view.box, end);
  };

  ask(0);
  view.announce(labels.appeared, questions[0]?.title);
  return end;
};

resendAnswers();
listen(window, "pagehide", hurryAnswers);
ready(open);
