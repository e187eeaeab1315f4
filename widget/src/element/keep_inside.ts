/**
 * The host sees our element, not our field, as the target of a key, so its hot keys would react.
 * The popup's own file uses this until `keepInside` is loaded.
 */
export const keepInput = (host: HTMLElement): void => {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    host.addEventListener(type, (event) => event.stopPropagation());
  }
};

/** Key events, and the input events that keys cause. */
export const KEYS = "keydown keypress keyup beforeinput input copy cut paste";

const PRESSES = `focus blur focusin focusout click auxclick dblclick contextmenu
  pointerdown pointerup pointercancel mousedown mouseup touchstart touchend touchcancel`;

/** For permanent elements, which must not handle every move and wheel event of the page. */
export const ALL_BUT_MOVES = `${KEYS} ${PRESSES}`;

const ALL = `${ALL_BUT_MOVES} pointermove mousemove touchmove wheel`;

/**
 * Hides events inside the element from the host. Otherwise the host's hot keys would react, its
 * panels would close on outside clicks, and its scrolling would take the wheel. The host may listen
 * in the capture phase. So each event is stopped at the window, and a copy that stays inside
 * replaces it.
 */
export const keepInside = (host: Element, signal: AbortSignal, types = ALL): void => {
  let pressed = false;
  // biome-ignore lint/suspicious/noExplicitAny: all properties of the event are copied
  const take = (event: any): void => {
    const { type, buttons, defaultPrevented } = event;
    const path = event.composedPath();
    const inside = path.indexOf(host) > 0;
    if (type === "pointerdown") pressed = inside;
    if (!inside) {
      // A press here and a release elsewhere, as in selecting text, click on a common ancestor.
      if (pressed && type === "click" && path[0].contains(host)) event.stopImmediatePropagation();
      return;
    }
    // The end of a drag from outside belongs to the page.
    if (!pressed && (buttons || /[er](up|cancel)$/.test(type))) return;
    event.stopImmediatePropagation();
    // A plain event, because a copied click would follow a link a second time.
    const copy = new Event(type, { bubbles: true, cancelable: true }) as typeof event;
    for (const name in event) {
      // Firefox logs a warning if its own properties are read.
      if (!(name in copy || name.startsWith("moz"))) copy[name] = event[name];
    }
    if (!path[0].dispatchEvent(copy)) event.preventDefault();
    // An earlier listener at the window may have prevented the focus, so set it here.
    else if (defaultPrevented && type === "mousedown") path[0].focus();
  };
  for (const type of types.split(/\s+/)) addEventListener(type, take, { capture: true, signal });
};
