import type { Ask, PopupEvent } from "../handover.ts";
import { nameOfLeft } from "../inline/name_of_left.ts";
import { here } from "../loader/here.ts";
import { randomId } from "../loader/random_id.ts";
import { now } from "../loader/time.ts";
import { left } from "../resume/left.ts";
import type { Decision } from "../wire.ts";
import { deliver, emit, key, load, postAs, recall } from "./loan.ts";

/** An older decision is not repeated. */
const STALE = 10_000;

/** `name` is how page rules name the survey. */
const decide = async (name: string): Promise<Decision["ask"]> => {
  const trigger = { kind: "embed", id: randomId(), surveys: [name] };
  const decision: Decision | undefined = await deliver(
    () => postAs("decide", { trigger, page: here() }),
    now() + STALE,
  );
  return decision?.ask ?? null;
};

/** Draws the survey in its place, if it is asked and `still` wanted. Returns what takes it away. */
export const askIn = async (
  place: HTMLElement,
  survey: string,
  name: string,
  still: () => boolean,
): Promise<(() => void) | undefined> => {
  const asked: Ask | null = left(nameOfLeft(key, survey), recall("")) ?? (await decide(name));
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
