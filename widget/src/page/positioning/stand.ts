/** In px, from the window's top left corner. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Standing {
  left: number;
  top: number;
  /** Only if less than the natural height. */
  height?: number;
}

/** Maximum distance to the window's edges. A sheet that touches one edge will touch the other. */
const GAP = 20;
/** Distance to the focused element if there is little room. */
const NEAR = 8;
/** A question cannot be read in less height. */
const LEAST_HEIGHT = 96;

const overlap = (one: Area, other: Area): boolean =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

const covers = (one: Area, other: Area): boolean =>
  one.left <= other.left &&
  one.top <= other.top &&
  one.right >= other.right &&
  one.bottom >= other.bottom;

/** Positions along one axis: the rest position, limited to the room, and both ends. */
const along = (rest: number, size: number, from: number, to: number): [number, ...number[]] => {
  const last = Math.max(from, to - size);
  const here = Math.min(Math.max(rest, from), last);
  const gap = Math.min(here - from, last - here, GAP);
  return [here, from + gap, last - gap];
};

/** In the larger room above or below the focused element; undefined if that is too low. */
const beside = (focused: Area, room: Area, left: number): Standing | undefined => {
  const above = focused.top - room.top - NEAR;
  const below = room.bottom - focused.bottom - NEAR;
  const height = Math.max(above, below);
  if (height < LEAST_HEIGHT) return;
  return { left, top: above < below ? room.bottom - height : room.top, height };
};

/**
 * Places a box that rests at `box` in the visible room, so that it does not cover the focused
 * element: at another block side, else at another inline side, else with less height. Otherwise the
 * box stays at rest.
 */
export const stand = (box: Area, room: Area, focused?: Area): Standing => {
  const width = box.right - box.left;
  const whole = box.bottom - box.top;
  const height = Math.min(whole, room.bottom - room.top);
  const lefts = along(box.left, width, room.left, room.right);
  const tops = along(box.top, height, room.top, room.bottom);
  const areas = lefts.flatMap((left) =>
    tops.map((top) => ({ left, top, right: left + width, bottom: top + height })),
  );
  const [rest] = areas as [Area];
  const free = areas.find((area) => !focused || !overlap(area, focused));
  const lower = !free && focused && covers(rest, focused) && beside(focused, room, rest.left);
  const { left, top } = free ?? rest;
  return lower || { left, top, ...(height < whole && { height }) };
};
