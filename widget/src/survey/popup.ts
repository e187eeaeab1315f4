/** The popup's own file: shows one survey and sends what is said. chunks.ts says how it meets the loader. */
import { LEFT } from "../core/chunks.ts";
import { keep, load, ready } from "../core/from_loader.ts";
import { now } from "../core/time.ts";
import { popupFrame } from "./popup_frame.ts";
import { askQuestions } from "./questions.ts";
import { whenShown } from "./shown.ts";

/** Long enough to read on, and to reach for the link. */
const STAY = 5_000;
/** Who has the keyboard focus here gets longer to hear it out. */
const STAY_FOCUSED = 8_000;
const LOOK_AGAIN = 500;

/** Leaves by itself, not while the pointer rests on it. Returns what calls it off. */
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
