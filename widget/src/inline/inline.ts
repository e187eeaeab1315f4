/**
 * Loaded once a survey is asked in a place of its own: draws it there, by the popup's own code.
 * handover.ts says how it meets the file that found the place.
 */
import type { DrawInline } from "../handover.ts";
import { walk } from "../popup/walk.ts";
import { ignore } from "../quietly.ts";
import { leaver } from "../resume/left.ts";
import { frameIn } from "./frame.ts";
import { whenInSight } from "./in_sight.ts";
import { key, ready, recall } from "./loan.ts";
import { nameOfLeft } from "./name_of_left.ts";

const draw: DrawInline = (place, asked, tell, more) => {
  const name = nameOfLeft(key, asked.survey.id);
  const visitor = recall("");
  const leave = leaver(name, () => visitor, asked);
  let goes = false;
  let begun = !!asked.trail;
  const end = walk(
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
