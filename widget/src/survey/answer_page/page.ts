import type { Answer } from "../../core/wire.ts";
import { dayIn } from "../../element/day.ts";
import { button, draw, make } from "../../element/make.ts";
import { call, type Path, type Response } from "./call.ts";
import { ask } from "./question.ts";

/** Draws the response, and lets its owner change or delete it. */
export const page = (
  response: Response,
  secret: string,
  sheet: CSSStyleSheet,
  tell: typeof sentence,
): void => {
  const { survey, texts, until, answers } = response;
  const { language, direction, theme } = survey;
  Object.assign(document.documentElement, { lang: language, dir: direction });
  document.title = texts.answer;
  if (response.deleted) {
    tell(texts.deleted, true);
    return;
  }

  /** Updates titles that depend on other answers. */
  const heard = (): void => {
    const now = questions.flatMap(({ asked }) => asked.now() ?? []);
    for (const { asked } of questions) asked.retell(now);
  };
  // A followed link cannot be changed.
  const questions = survey.questions
    .filter(({ kind }) => kind !== "link")
    .map((question) => ({ question, asked: ask(question, survey, answers, sheet, heard) }));
  const status = make("p", { role: "status", class: "status" });
  const say = (text: string): void => status.replaceChildren(make("span", {}, text));

  const send = async (path: Path, answers?: Answer[]): Promise<void> => {
    main.setAttribute("aria-busy", "true");
    const reply = await call(path, secret, answers);
    main.removeAttribute("aria-busy");
    if (reply === "failed" || reply === "ended") say(texts.failed);
    else if (reply.deleted) tell(texts.deleted, true);
    else say(texts.saved);
  };

  const save = (): void => {
    say("");
    const now: Answer[] = [];
    for (const { question, asked } of questions) {
      const answer = asked.read();
      if (!answer) {
        asked.focus();
        return;
      }
      if ("value" in answer) now.push({ question: question.id, ...answer } as Answer);
    }
    send("/change", now);
  };

  const remove = button("quiet", () => sure(), {}, texts.delete);
  const keep = button("quiet", () => offer(remove), {}, texts.keep);
  const foot = make("div", { class: "foot" });
  const offer = (focus?: HTMLElement): void => {
    foot.replaceChildren(remove, button("send", save, {}, texts.save));
    focus?.focus();
  };
  const sure = (): void => {
    say("");
    foot.replaceChildren(
      keep,
      button("send gone", () => send("/delete"), {}, texts.sure),
    );
    keep.focus();
  };
  offer();

  const main = make(
    "main",
    { class: "box" },
    make("h1", {}, texts.answer),
    make(
      "p",
      { class: "lead" },
      texts.text.replace("{date}", () => dayIn(language, until)),
    ),
    ...questions.map(({ asked }) => asked.element),
    foot,
    status,
  );
  for (const name in theme) main.style.setProperty(`--sayso-${name}`, theme[name] as string);
  document.body.replaceChildren(main);
};

const DONE = "M8 12.2l2.8 2.8 5.2-5.6";
const NOTHING = "M8.5 12h7";

/** Replaces the page with one sentence. */
export const sentence = (text: string, done = false): void => {
  const main = make(
    "main",
    { class: "box alone", tabindex: -1 },
    draw("M12 3a9 9 0 1 0 .01 0z", done ? DONE : NOTHING),
    make("h1", {}, text),
  );
  document.body.replaceChildren(main);
  main.focus();
};
