/**
 * Draws what the popup's own file does not know: every kind of question beyond the usual scores and
 * a comment. Loaded only for a survey that has one. handover.ts says how it meets the popup.
 */

import type { DrawQuestion, More } from "../handover.ts";
import { choice } from "./choice.ts";
import { consent } from "./consent.ts";
import { contact } from "./contact.ts";
import { date } from "./date.ts";
import css from "./kinds.css?raw";
import { link } from "./link.ts";
import { ready } from "./loan.ts";
import { matrix } from "./matrix.ts";
import { ranking } from "./ranking.ts";
import { score } from "./score.ts";
import { text } from "./text.ts";

const draw = {
  csat: score,
  ces: score,
  choice,
  ranking,
  matrix,
  text,
  consent,
  contact,
  date,
  link,
};

ready({ css, draw: draw as Record<string, DrawQuestion> } satisfies More);
