/**
 * The host sees our element, not our field, as the target of a key: its hot keys would answer. It is what
 * the popup's own file has, until `keepInside` has come.
 */
export const keepInput = (host: HTMLElement): void => {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
};

/** Keys, and what they change. */
export const KEYS = "keydown keypress keyup beforeinput input copy cut paste";

const PRESSES = `focus blur focusin focusout click auxclick dblclick contextmenu
  pointerdown pointerup pointercancel mousedown mouseup touchstart touchend touchcancel`;

/** For what stands there all the time: nobody else's moves and wheels pass through here. */
export const ALL_BUT_MOVES = `${KEYS} ${PRESSES}`;

const ALL = `${ALL_BUT_MOVES} pointermove mousemove touchmove wheel`;

/**
 * What is done inside is none of the host's: its hot keys would answer, its panels close at whatever
 * happens outside of them, and its scrolling take the wheel. A host may listen on the way down. So each
 * event ends at the window, and inside a copy stands for it that never leaves.
 */
export const keepInside = (host: Element, signal: AbortSignal, types = ALL): void => {
  let pressed = false;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the event says of itself is copied
  const take = (event: any): void => {
    const { type, buttons, defaultPrevented } = event;
    const path = event.composedPath();
    const inside = path.indexOf(host) > 0;
    if (type === "pointerdown") pressed = inside;
    if (!inside) {
      // Pressed here and let go elsewhere, as who selects text does, is a click on what has both.
      if (pressed && type === "click" && path[0].contains(host)) event.stopImmediatePropagation();
      return;
    }
    // What was dragged here from elsewhere is let go for those who wait for it there.
    if (!pressed && (buttons || /[er](up|cancel)$/.test(type))) return;
    event.stopImmediatePropagation();
    // A plain event: a copied click would follow a link a second time.
    const copy = new Event(type, { bubbles: true, cancelable: true }) as typeof event;
    for (const name in event) {
      // Firefox warns of whoever reads what it has under names of its own.
      if (!(name in copy || name.startsWith("moz"))) copy[name] = event[name];
    }
    if (!path[0].dispatchEvent(copy)) event.preventDefault();
    // Whoever listens at the window before us may have said that nothing gets the focus.
    else if (defaultPrevented && type === "mousedown") path[0].focus();
  };
  for (const type of types.split(/\s+/)) addEventListener(type, take, { capture: true, signal });
};
