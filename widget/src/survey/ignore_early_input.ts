/** In ms. A click meant for the previous content must not answer the new content. */
const TOO_EARLY = 400;

/** Keys that press, send or leave; all other keys write, or move the choice. */
const ACTS = /^(Enter| |Escape)$/;

/**
 * Ignores input right after a step appears. Returns a function to call when a step appears. The
 * close button, which stays, is protected only at the first step. A held key acts only once.
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
      : // A press that began too early is refused even if it ends late.
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
