/** Renderers for the kinds of questions that the popup's own file lacks. */

import type { Renderer, Step } from "../../core/chunks.ts";
import type { CommentQuestion } from "../../core/wire.ts";
import { LONGEST } from "../comment.ts";
import { choice } from "./choice.ts";
import { consent } from "./consent.ts";
import { contact } from "./contact.ts";
import { date } from "./date.ts";
import { link } from "./link.ts";
import { matrix } from "./matrix.ts";
import { ranking } from "./ranking.ts";
import { score } from "./score.ts";
import { text } from "./text.ts";

/** The popup's own file draws an optional comment. */
const comment = (question: CommentQuestion, step: Step): HTMLElement[] | undefined =>
  question.required
    ? text({ limit: LONGEST, placeholder: "", ...question, kind: "text", long: true }, step)
    : undefined;

export const renderers = {
  csat: score,
  ces: score,
  choice,
  comment,
  ranking,
  matrix,
  text,
  consent,
  contact,
  date,
  link,
} as Record<string, Renderer>;
