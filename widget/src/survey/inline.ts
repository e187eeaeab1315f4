/**
 * Loaded when an embedded survey is asked: draws it in its place with the popup's own code. See
 * chunks.ts for its interface.
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
      // A removed place may come back, so the survey stays saved. It is saved only once begun.
      if (!goes && begun) leave(now, box);
      begun = true;
    },
    // The thanks stay in the place.
    () => ignore,
  )(asked, tell, more);
  return () => {
    goes = true;
    end();
  };
};

ready(draw);
