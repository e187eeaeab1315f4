/**
 * Loaded once a survey is asked in a place of its own: draws it there, by the popup's own code.
 * chunks.ts says how it meets the file that found the place.
 */
import type { DrawInline } from "../core/chunks.ts";
import { key, ready, recall } from "../core/from_loader.ts";
import { ignore } from "../core/quietly.ts";
import { leaver, nameOfLeft } from "./half_answered.ts";
import { frameIn } from "./inline_frame.ts";
import { askQuestions } from "./questions.ts";
import { whenInSight } from "./shown.ts";

const draw: DrawInline = (place, asked, tell, more) => {
  const name = nameOfLeft(key, asked.survey.id);
  const visitor = recall("");
  const leave = leaver(name, () => visitor, asked);
  let goes = false;
  let begun = !!asked.trail;
  const end = askQuestions(
    frameIn(place),
    whenInSight(place),
    ignore,
    ignore,
    (now, box) => {
      // A place that goes with its page may come again. What was not begun is asked for anew.
      if (!goes && begun) leave(now, box);
      begun = true;
    },
    // Thanks stay where the question stood.
    () => ignore,
  )(asked, tell, more);
  return () => {
    goes = true;
    end();
  };
};

ready(draw);
