import { listen } from "../../core/quietly.ts";
import { later, now } from "../../core/time.ts";
import { happen, untilNext, waitingFor } from "./happen.ts";

/** Milliseconds that this view was visible, up to `since` if it is visible now. */
let seen = 0;
let since: number | undefined;
let timer: ReturnType<typeof later>;

const pause = (): void => {
  clearTimeout(timer);
  if (since !== undefined) seen += now() - since;
  since = undefined;
};

const goOn = (): void => {
  pause();
  if (document.hidden || !waitingFor("time_on_page")[0]) return;
  since = now();
  timer = later(untilNext("time_on_page", seen), () => {
    pause();
    happen("time_on_page", ({ seconds = 0 }) => seen >= seconds * 1_000);
    goOn();
  });
};

export const beginTimeOnPage = (): void => {
  pause();
  seen = 0;
  goOn();
};

export const watchTimeOnPage = (): void => listen(document, "visibilitychange", goOn);
