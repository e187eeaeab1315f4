/** It counts as shown once it has been in sight for so long without a break. */
const IN_SIGHT = 1_000;

/** Returns what says it at once: who answers has seen it. */
export type WhenShown = (say: () => void) => { now: () => void; stop: () => void };

export const whenShown: WhenShown = (say) => {
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
    if (!document.hidden) timer = setTimeout(now, IN_SIGHT);
  };
  document.addEventListener("visibilitychange", look);
  look();
  return { now, stop };
};
