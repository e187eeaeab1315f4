/** A click meant for what lay under the popup must not answer it. */
const TOO_EARLY = 400;

export const ignoreEarlyInput = (root: ShadowRoot): void => {
  const opened = performance.now();
  let pressedEarly = false;
  const guard = (event: Event): void => {
    const early = performance.now() - opened < TOO_EARLY;
    if (event.type === "pointerdown") pressedEarly = early;
    // A press that began too early is no better for ending late.
    const refused = early || (event.type === "click" && pressedEarly);
    if (event.type === "click") pressedEarly = false;
    if (refused && (event as KeyboardEvent).key !== "Tab") {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  for (const type of ["pointerdown", "click", "keydown"]) root.addEventListener(type, guard, true);
};
