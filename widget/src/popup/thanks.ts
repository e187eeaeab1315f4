/** Long enough to read on, and to reach for the link. */
const STAY = 5_000;
/** Who has the keyboard focus here gets longer to hear it out. */
const STAY_FOCUSED = 8_000;
const LOOK_AGAIN = 500;

/** Leaves by itself, not while the pointer rests on it. Returns what calls it off. */
export const leaveAfter = (box: HTMLElement, leave: () => void): (() => void) => {
  const since = performance.now();
  const look = (): void => {
    const stay = box.querySelector(":focus-visible") ? STAY_FOCUSED : STAY;
    if (!box.matches(":hover") && performance.now() - since >= stay) leave();
    else timer = setTimeout(look, LOOK_AGAIN);
  };
  let timer = setTimeout(look, STAY);
  return () => clearTimeout(timer);
};
