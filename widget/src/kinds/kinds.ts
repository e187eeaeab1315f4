/**
 * Draws what the popup's own file does not know: every kind of question beyond the usual scores and
 * a comment. Loaded only for a survey that has one. handover.ts says how it meets the popup.
 */

import type { More } from "../handover.ts";
import { drawing } from "./drawing.ts";
import css from "./kinds.css?raw";
import { ready } from "./loan.ts";

ready({ css, draw: drawing } satisfies More);
