/**
 * Loaded once a survey is asked in a place of its own: draws it there, by the popup's own code.
 * handover.ts says how it meets the file that found the place.
 */
import type { DrawInline } from "../handover.ts";
import { walk } from "../popup/walk.ts";
import { ignore } from "../quietly.ts";
import { leave } from "../resume/left.ts";
import { frameIn } from "./frame.ts";
import { whenInSight } from "./in_sight.ts";
import { key, ready, recall } from "./loan.ts";
import { nameOfLeft } from "./name_of_left.ts";

const draw: DrawInline = (place, asked, tell, more) => {
  const name = nameOfLeft(key, asked.survey.id);
  const visitor = recall("");
  let goes = false;
  const end = walk(
    frameIn(place),
    whenInSight(place),
    ignore,
    ignore,
    (now) => {
      // A place that goes with its page may come again. What was not answered is asked for anew.
      if (!goes) leave(name, visitor, now?.trail?.[1] ? now : undefined);
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
