/** The popup's own file: shows a survey and sends the answers. See chunks.ts for its interface. */
import { LEFT } from "../core/chunks.ts";
import { keep, load, ready } from "../core/from_loader.ts";
import { now } from "../core/time.ts";
import { popupFrame } from "./popup_frame.ts";
import { askQuestions } from "./questions.ts";
import { whenShown } from "./shown.ts";

/** In ms. Long enough to finish reading and to reach for the link. */
const STAY = 5_000;
/** In ms. Longer with the keyboard focus inside, so that a screen reader can finish. */
const STAY_FOCUSED = 8_000;
const LOOK_AGAIN = 500;

/** Closes automatically, but not while the pointer is over it. Returns a cancel function. */
const leaveAfter = (box: HTMLElement, leave: () => void): (() => void) => {
  const since = performance.now();
  const look = (): void => {
    const stay = box.querySelector(":focus-visible") ? STAY_FOCUSED : STAY;
    if (!box.matches(":hover") && performance.now() - since >= stay) leave();
    else timer = setTimeout(look, LOOK_AGAIN);
  };
  let timer = setTimeout(look, STAY);
  return () => clearTimeout(timer);
};

ready(
  askQuestions(
    popupFrame,
    whenShown,
    async ({ waiting }) => {
      keep(LEFT, waiting && `${now() + waiting.in * 1_000}`);
      if (waiting) (await load("leftover"))?.askWhenDue_();
    },
    async (kind) => (await load("aside"))?.(kind),
    async (left, box) => (await load("resume"))?.(left, box),
    leaveAfter,
  ),
);
