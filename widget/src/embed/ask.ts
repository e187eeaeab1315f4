import type { Ask, PopupEvent } from "../handover.ts";
import { nameOfLeft } from "../inline/name_of_left.ts";
import { randomId } from "../loader/random_id.ts";
import { left } from "../resume/left.ts";
import { decide, emit, key, load, recall } from "./loan.ts";

/** `name` is how page rules name the survey. */
const askServer = async (name: string): Promise<Ask | null> => {
  const decision = await decide({ kind: "embed", id: randomId(), surveys: [name] });
  return decision?.ask ?? null;
};

/** Draws the survey in its place, if it is asked and `still` wanted. Returns what takes it away. */
export const askIn = async (
  place: HTMLElement,
  survey: string,
  name: string,
  still: () => boolean,
): Promise<(() => void) | undefined> => {
  const asked: Ask | null = left(nameOfLeft(key, survey), recall("")) ?? (await askServer(name));
  // Who has nothing to answer loads nothing more.
  const [draw, ...more] = asked
    ? await Promise.all([load("inline"), ...(asked.survey.more || []).map(load)])
    : [];
  if (!still()) return;
  if (asked && draw && more.every(Boolean)) {
    const tell = (event: PopupEvent) => {
      if (event !== "closed") emit(event, survey);
    };
    return draw(place, asked, tell, more);
  }
  emit("unavailable", survey);
};
