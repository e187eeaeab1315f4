interface Moves {
  raise(item: Element): void;
  lower(item: Element): void;
  /** Called after each change of positions. */
  number(): void;
  /** Called when the item is dropped at another position. */
  settle(item: Element): void;
}

/** A finger scrolls on the text and drags on the grip. A mouse drags on everything but buttons. */
const drags = ({ target, pointerType, button }: PointerEvent): boolean => {
  const on = (selector: string): boolean => !!(target as Element).closest(selector);
  return on(".grip") || (pointerType === "mouse" && !button && !on("button"));
};

const middle = (element: Element): number => {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
};

/** Makes the items of a list draggable up and down: the held item follows the pointer. */
export const dragInList = (list: HTMLElement, { raise, lower, number, settle }: Moves): void => {
  const start = (event: PointerEvent): void => {
    const held = (event.target as Element).closest("li");
    if (!held || !drags(event)) return;
    event.preventDefault();
    const { top, height } = held.getBoundingClientRect();
    const grabbed = event.clientY - top;
    const places = () => [...list.children].indexOf(held);
    const before = places();
    held.setPointerCapture(event.pointerId);
    held.classList.add("held");

    const follow = ({ clientY }: PointerEvent): void => {
      held.style.translate = "";
      const wanted = clientY - grabbed;
      let { previousElementSibling: above, nextElementSibling: below } = held;
      while (above && wanted < middle(above)) {
        raise(held);
        above = held.previousElementSibling;
      }
      while (below && wanted + height > middle(below)) {
        lower(held);
        below = held.nextElementSibling;
      }
      number();
      held.style.translate = `0 ${wanted - held.getBoundingClientRect().top}px`;
    };
    const drop = (): void => {
      held.onpointermove = held.onlostpointercapture = null;
      held.style.translate = "";
      held.classList.remove("held");
      if (places() !== before) settle(held);
    };
    held.onpointermove = follow;
    held.onlostpointercapture = drop;
  };
  list.onpointerdown = start;
};
