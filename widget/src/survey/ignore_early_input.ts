/** A click meant for what lay there before must not answer what lies there now. */
const TOO_EARLY = 400;

/** What presses, sends or leaves; all other keys write, or move the choice. */
const ACTS = /^(Enter| |Escape)$/;

/**
 * Holds for each step anew: returns what says that one has come. What stands beside the steps, to
 * close them, is new but once. A key held down acts but once.
 */
export const ignoreEarlyInput = (root: ShadowRoot): (() => void) => {
  let opened: number;
  let came: number;
  let pressedEarly: boolean;
  const guard = (event: Event): void => {
    const { type, key, repeat, ctrlKey, metaKey, target } = event as KeyboardEvent;
    const since = (target as Element).closest(".close") ? opened : came;
    const early = performance.now() - since < TOO_EARLY;
    if (type === "pointerdown") pressedEarly = early;
    const refused = key
      ? (early || repeat) &&
        ACTS.test(key) &&
        (ctrlKey || metaKey || !(target as Element).matches("textarea"))
      : // A press that began too early is no better for ending late.
        early || (type === "click" && pressedEarly);
    if (type === "click") pressedEarly = false;
    if (refused) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  for (const type of ["pointerdown", "click", "keydown"]) root.addEventListener(type, guard, true);
  return () => {
    came = performance.now();
    opened ??= came;
  };
};
