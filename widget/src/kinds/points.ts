/** Which point of a radio group from 1 on is chosen; 0 where none is. */
export const checkedIn = (group: HTMLElement): number =>
  [...group.children].findIndex((radio) => radio.getAttribute("aria-checked") === "true") + 1;
