import { ignore } from "../core/quietly.ts";

/** So much of its place is seen; on its side a phone shows half of a long question at most. */
const ENOUGH = 0.3;

/** As `whenShown`, for what may lie where nobody has scrolled to yet. */
export const whenInSight =
  (place: Element): WhenShown =>
  (say, box) => {
    let watch: ReturnType<WhenShown> | undefined;
    const stop = (): void => {
      sight.disconnect();
      watch?.stop();
    };
    const now = (): void => {
      stop();
      say();
      say = ignore;
    };
    const sight = new IntersectionObserver(
      ([entry]) => {
        watch?.stop();
        watch = entry?.isIntersecting ? whenShown(now, box) : undefined;
      },
      { threshold: ENOUGH },
    );
    sight.observe(place);
    return { now, stop };
  };

/** It counts as shown once it has been in sight for so long without a break. */
const IN_SIGHT = 1_000;

/** Returns what says it at once: who answers has seen it. */
export type WhenShown = (
  say: () => void,
  box: HTMLElement,
) => { now: () => void; stop: () => void };

export const whenShown: WhenShown = (say, box) => {
  let timer: ReturnType<typeof setTimeout>;
  const stop = () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
  const now = () => {
    stop();
    say();
    say = () => {};
  };
  const look = () => {
    clearTimeout(timer);
    // It may have stepped aside meanwhile.
    const seen = () => (box.getClientRects()[0] ? now() : look());
    if (!document.hidden) timer = setTimeout(seen, IN_SIGHT);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return { now, stop };
};
