/**
 * Loaded where an invitation may be left over: asks for it when its time has come. handover.ts says
 * how it meets the loader.
 */
import { LEFT } from "../handover.ts";
import { later, now } from "../loader/time.ts";
import { askInvitation, ready, recall } from "./loan.ts";

/** Longest that an invitation waits for its person. */
const WAITS = 900_000;
/** A timer set further ahead would ring at once. */
const LONGEST_TIMER = 2e9;

ready(() => {
  const due = Number(recall(LEFT));
  if (due && now() < due + WAITS) {
    later(Math.min(due - now(), LONGEST_TIMER), () => {
      // Another tab may have settled it meanwhile, or what is left now is due later.
      const left = Number(recall(LEFT));
      if (left && left <= due) askInvitation();
    });
  }
});
