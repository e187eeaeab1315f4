import { ignore } from "../core/quietly.ts";

/** Share of the place in sight. A phone in landscape shows at most half of a long question. */
const ENOUGH = 0.3;

/** Like `whenShown`, for a survey that the visitor may have to scroll to. */
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

/** In ms. A survey counts as shown after this time in sight without a break. */
const IN_SIGHT = 1_000;

/** Calls `say` when the survey is shown. `now` calls it at once, for a visitor who answers. */
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
    // The popup may have been hidden in the meantime.
    const seen = () => (box.getClientRects()[0] ? now() : look());
    if (!document.hidden) timer = setTimeout(seen, IN_SIGHT);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return { now, stop };
};
