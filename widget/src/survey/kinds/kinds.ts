/**
 * Draws the kinds of questions that the popup's own file lacks: all except the usual scores and a
 * comment. Loaded only for a survey that needs one. See chunks.ts for its interface.
 */

import type { More } from "../../core/chunks.ts";
import { ready } from "../../core/from_loader.ts";
import css from "./kinds.css?raw";
import { renderers } from "./renderers.ts";

ready({ css, renderers } satisfies More);
