import { type WhenShown, whenShown } from "../popup/shown.ts";
import { ignore } from "../quietly.ts";

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
