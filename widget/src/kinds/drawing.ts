/** How each kind of question is drawn that the popup's own file does not know. */

import type { DrawQuestion } from "../handover.ts";
import { choice } from "./choice.ts";
import { consent } from "./consent.ts";
import { contact } from "./contact.ts";
import { date } from "./date.ts";
import { link } from "./link.ts";
import { matrix } from "./matrix.ts";
import { ranking } from "./ranking.ts";
import { score } from "./score.ts";
import { text } from "./text.ts";

export const drawing = {
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
} as Record<string, DrawQuestion>;
