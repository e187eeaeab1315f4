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
