/** Asks the questions of one survey and sends the answers, in any frame. */

import type { Ask, Left, More, OpenPopup, Pressed } from "../core/chunks.ts";
import { deliver, load, post } from "../core/from_loader.ts";
import { ignore } from "../core/quietly.ts";
import type { Answer, Question, ScoreQuestion, Stands, Stored, Trigger } from "../core/wire.ts";
import { button, draw, make } from "../element/make.ts";
import { comment, promptFor } from "./comment.ts";
import type { MakeFrame } from "./frame.ts";
import { face } from "./icons.ts";
import { scale } from "./scale.ts";
import type { WhenShown } from "./shown.ts";

/** In ms. A clicked choice stays visible this long before the next question. */
const SEEN = 250;

/** The differences between an embedded survey and a popup. */
type AskQuestions = (
  frame: MakeFrame,
  whenShown: WhenShown,
  /** Called with the server's reply to the report that the survey was shown or closed. */
  heard: (stands: Stands) => void,
  /** Called when the first question is drawn. */
  opened: (kind?: Trigger["kind"]) => void,
  /** Saves the progress and typed text for the next page; without arguments, deletes them. */
  leaveOff: (left?: Ask, box?: HTMLElement) => void,
  /** Called after the thanks: closes automatically, if at all. Returns a cancel function. */
  leaveAfter: (box: HTMLElement, leave: () => void) => () => void,
) => OpenPopup;

export const askQuestions: AskQuestions =
  (frame, whenShown, heard, opened, leaveOff, leaveAfter) => (asked, tell, more, kind) => {
    const { invitation, survey, answers = [], trail = [0], seen: before } = asked;
    const { questions, labels } = survey;
    const { renderers, flow }: More = Object.assign({}, ...more);
    const branching = flow?.(survey, answers, trail);
    const answerTo = (id?: string) => answers.find(({ question }) => question === id);
    const score = () => answers.find(({ value }) => typeof value === "number")?.value as number;
    let ended = false;
    let complete = false;
    let going: ReturnType<typeof setTimeout>;
    let stopLeaving = () => {};

    const end = (): void => {
      if (ended) return;
      ended = true;
      clearTimeout(going);
      stopLeaving();
      seen.stop();
      view.remove();
      leaveOff();
      tell("closed");
    };
    const leave = (event: Left): void => {
      // The partial response says more than `dismissed` or `snoozed`, but not more than `never`.
      if (!complete) say(event === "never" || !answers[0] ? event : "closed");
      end();
    };
    const say = async (state: "shown" | "closed" | Left): Promise<void> => {
      if (state !== "closed") tell(state);
      const reply = await deliver(() => post(`invitations/${invitation}`, { state }));
      if (reply) heard(reply);
      // Refused: the survey was asked elsewhere in the meantime. A begun response may be finished.
      else if (reply === false && !answers[0]) end();
    };
    const view = frame(survey, () => leave("dismissed"), more, end);
    const seen = whenShown(() => answers[0] || before || say("shown"), view.box);
    /** The position of the current question. */
    const place = () => trail[trail.length - 1] as number;

    const stay = (): void => leaveOff({ invitation, survey, answers, trail, seen: true }, view.box);

    /** Until `offline` is loaded, answers are only sent, and are lost if the page goes too soon. */
    const send = async (complete: boolean): Promise<Stored | undefined> => {
      const response = () => post("responses", { invitation, answers, complete });
      let early = safe ? undefined : response();
      early?.catch(ignore);
      return (
        (await keeping)?.(invitation, answers, complete) ??
        deliver(() => {
          const sent = early ?? response();
          early = undefined;
          return sent;
        })
      );
    };

    /** Without a value there is no answer. A click is sent at once, before the next step comes. */
    const take = (answer: Partial<Answer>, pressed?: Pressed): void => {
      const { id } = questions[place()] as Question;
      const given = "value" in answer;
      seen.now();
      if (given) {
        const earlier = answers.findIndex(({ question }) => question === id);
        answers.splice(earlier < 0 ? answers.length : earlier, 1, {
          question: id,
          ...answer,
        } as Answer);
      }
      const next = branching ? branching.next(place()) : place() + 1;
      complete = !questions[next];
      if (given || complete) send(complete).then(offerReceipt);
      if (given) tell("answered");
      const proceed = (): void => {
        if (complete) {
          tell("completed");
          thank();
          leaveOff();
        } else {
          trail.push(next);
          // A keyboard that opens on a phone would hide the question.
          ask(pressed?.pointerType === "touch" ? ".box" : "textarea,[tabindex='0']");
          stay();
        }
      };
      clearTimeout(going);
      if (pressed?.detail) going = setTimeout(proceed, SEEN);
      else proceed();
    };

    /** Shows the current question and returns its title. */
    const ask = (field?: string): string => {
      // Going back cancels the pending step.
      clearTimeout(going);
      const at = place();
      const told = questions[at] as Question;
      const question = branching ? branching.fill(told) : told;
      const answered = answerTo(question.id);
      const isComment = question.kind === "comment";
      const title = isComment ? promptFor(question, score()) : question.title;
      view.put(
        [
          ...(branching ? [branching.progress(at)] : []),
          ...(trail[1] ? [back()] : []),
          make("p", { id: "title" }, title),
          ...(renderers?.[question.kind]?.(question, { survey, answered, goOn: take }) ??
            (isComment
              ? comment(question, labels, (text) => take(text ? { value: text } : {}))
              : scale(
                  question as ScoreQuestion,
                  survey.direction === "rtl",
                  answered?.value as number | undefined,
                  (value, pressed) => take({ value }, pressed),
                ))),
          ...(trail[1] ? [] : [choices()]),
        ],
        field,
      );
      return title;
    };

    const choices = (): HTMLElement =>
      make(
        "div",
        { class: "choices" },
        button("quiet", () => leave("snoozed"), {}, labels.later),
        button("quiet", () => leave("never"), {}, labels.never),
        button("quiet", why, {}, labels.why),
      );
    const why = async () => (await load("receipt"))?.(view, invitation, survey, ask, leave);

    /** The back button, which shows the value chosen on a scale. */
    const back = (): HTMLElement => {
      const { id, title, kind } = questions[trail[trail.length - 2] as number] as Question;
      const value = answerTo(id)?.value;
      const chosen = typeof value === "number" ? `${value}` : "";
      return button(
        "back",
        () => {
          trail.pop();
          ask("[tabindex='0']");
        },
        { "aria-label": `${branching ? branching.fill(title) : title} ${chosen}` },
        draw("M14 7l-5 5 5 5"),
        chosen && kind === "csat" && !renderers ? face(+chosen) : chosen,
      );
    };

    const receipt = make("div", { class: "choices" });
    const offerReceipt = (stored?: Stored): void => {
      const { url: href, label = "" } = stored?.receipt ?? {};
      if (href) receipt.append(make("a", { class: "quiet", href, target: "_blank" }, label));
    };

    const thank = (): void => {
      const [{ title, text = "" }, ...further] = branching ? branching.thanks() : [survey.thanks];
      view.put(
        [
          draw("M12 3a9 9 0 1 0 .01 0z", "M8 12.2l2.8 2.8 5.2-5.6"),
          make("p", { id: "title" }, title),
          make("p", {}, text),
          ...further,
          receipt,
        ],
        ".close",
      );
      view.box.classList.add("thanks");
      view.announce(title, text);
      // The thanks stay open while there is a link to follow.
      if (!further[0]) stopLeaving = leaveAfter(view.box, end);
    };

    view.announce(labels.appeared, ask());
    view.box.oninput = stay;
    stay();
    // Loaded only after the first question is drawn, which does not need it.
    let safe = false;
    const keeping = load("offline");
    keeping.then(() => {
      safe = true;
    });
    opened(kind);
    return end;
  };
