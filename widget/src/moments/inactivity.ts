import { later, now } from "../loader/time.ts";
import { listen } from "../quietly.ts";
import { happen, waitingFor } from "./happen.ts";
import { untilNext } from "./until_next.ts";

const INPUT = "pointermove pointerdown keydown input wheel scroll touchstart touchmove";

let last = 0;
let timer: ReturnType<typeof later>;

/** One timer for the next rule; when it rings after a later input, it is set anew for the rest. */
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
  // An input costs no more than this.
  listen(window, INPUT, () => {
    last = now();
  });
  listen(document, "visibilitychange", beginInactivity);
};
