/** A click meant for what lay there before must not answer what lies there now. */
const TOO_EARLY = 400;

/** Whether the key presses, sends or leaves; in a field most keys only write. */
const acts = ({ key, target, ctrlKey, metaKey }: KeyboardEvent): boolean => {
  const field = (target as Element).matches("textarea,.field");
  if (key === " ") return !field;
  return key === "Enter"
    ? ctrlKey || metaKey || !(target as Element).matches("textarea")
    : key === "Escape";
};

/** Holds for each step anew: returns what says that another one stands there. A held key never acts. */
export const ignoreEarlyInput = (root: ShadowRoot): (() => void) => {
  let drawn = Number.NEGATIVE_INFINITY;
  let pressedEarly = false;
  const guard = (event: Event): void => {
    const { type, repeat } = event as KeyboardEvent;
    const early = performance.now() - drawn < TOO_EARLY;
    if (type === "pointerdown") pressedEarly = early;
    // A press that began too early is no better for ending late.
    const refused =
      type === "keydown"
        ? (early || repeat) && acts(event as KeyboardEvent)
        : early || (type === "click" && pressedEarly);
    if (type === "click") pressedEarly = false;
    if (refused) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  for (const type of ["pointerdown", "click", "keydown"]) root.addEventListener(type, guard, true);
  return () => {
    drawn = performance.now();
  };
};
