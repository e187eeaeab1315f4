/**
 * Draws what the popup's own file does not know: every kind of question beyond the usual scores and
 * a comment. Loaded only for a survey that has one. chunks.ts says how it meets the popup.
 */

import type { More } from "../../core/chunks.ts";
import { ready } from "../../core/from_loader.ts";
import css from "./kinds.css?raw";
import { renderers } from "./renderers.ts";

ready({ css, renderers } satisfies More);
