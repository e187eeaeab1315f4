/**
 * The popup's own file: shows one survey, sends what is said, keeps answers until they are
 * acknowledged. handover.ts says how it meets the loader.
 */

import { button, draw, make } from "../element/make.ts";
import { LEFT, type OpenPopup } from "../handover.ts";
import { listen } from "../quietly.ts";
import type { Answer, Question } from "../wire.ts";
import { answer, hurryAnswers, resendAnswers } from "./answers.ts";
import { comment, promptFor } from "./comment.ts";
import { face } from "./faces.ts";
import { frame } from "./frame.ts";
import { deliver, keep, post, ready } from "./loan.ts";
import { scale } from "./scale.ts";
import { whenShown } from "./shown.ts";
import { leaveAfter } from "./thanks.ts";

const open: OpenPopup = ({ invitation, survey }, tell) => {
  const { questions, labels, thanks } = survey;
  const answers: Answer[] = [];
  const answerTo = (id?: string) => answers.find(({ question }) => question === id)?.value;
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
  const view = frame(survey, () => leave("dismissed"));
  const seen = whenShown(() => say("shown"));

  const take = (index: number, value: number | string, touched?: boolean): void => {
    const { id } = questions[index] as Question;
    const complete = index === questions.length - 1;
    const given = value !== "";
    seen.now();
    if (given) {
      const earlier = answers.findIndex(({ question }) => question === id);
      answers.splice(earlier < 0 ? answers.length : earlier, 1, { question: id, value });
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
    const previous = index > 0 && answerTo(questions[index - 1]?.id);
    const isComment = question.kind === "comment";
    const title = isComment ? promptFor(question, score()) : question.title;
    view.put(
      [
        ...(typeof previous === "number" ? [back(index - 1, previous)] : []),
        make("p", { id: "title" }, title),
        ...(isComment
          ? comment(question, labels, (text) => take(index, text))
          : scale(
              question,
              survey.direction === "rtl",
              answerTo(question.id) as number | undefined,
              (value, event) => take(index, value, (event as PointerEvent).pointerType === "touch"),
            )),
        ...(index ? [] : [button("quiet", () => leave("snoozed"), {}, labels.later)]),
      ],
      field,
    );
  };

  /** Shows what was answered, and leads back to it. */
  const back = (index: number, value: number): HTMLElement => {
    const { title, kind } = questions[index] as Question;
    return button(
      "back",
      () => ask(index, "[tabindex='0']"),
      { "aria-label": `${title} ${value}` },
      draw("M14 7l-5 5 5 5"),
      kind === "csat" ? face(value) : `${value}`,
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
