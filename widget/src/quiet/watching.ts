import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";

/** A video that is heard, or that the visitor has started and looks at; not moving decoration. */
export const isWatching = (): boolean =>
  (everywhere("video") as HTMLVideoElement[]).some(
    (video) =>
      !(video.paused || (video.muted && (video.autoplay || video.loop || !isInSight(video)))),
  );
