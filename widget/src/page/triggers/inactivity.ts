import { listen } from "../../core/quietly.ts";
import { later, now } from "../../core/time.ts";
import { happen, untilNext, waitingFor } from "./happen.ts";

const INPUT = "pointermove pointerdown keydown input wheel scroll touchstart touchmove";

let last = 0;
let timer: ReturnType<typeof later>;

/** One timer for the next rule. After later input, the timer is set again for the rest. */
const wait = (): void => {
  clearTimeout(timer);
  if (document.hidden || !waitingFor("inactivity")[0]) return;
  timer = later(untilNext("inactivity", now() - last), () => {
    const idle = now() - last;
    happen("inactivity", ({ seconds = 0 }) => idle >= seconds * 1_000);
    wait();
  });
};

export const beginInactivity = (): void => {
  last = now();
  wait();
};

export const watchInactivity = (): void => {
  // Runs on every input, so it must be cheap.
  listen(window, INPUT, () => {
    last = now();
  });
  listen(document, "visibilitychange", beginInactivity);
};
