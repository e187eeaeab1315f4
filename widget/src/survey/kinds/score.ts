import type { Step } from "../../core/chunks.ts";
import type { ScoreQuestion } from "../../core/wire.ts";
import type { Child } from "../../element/make.ts";
import { face, star, thumb } from "../icons.ts";
import { scale } from "../scale.ts";

const FACES = 5;

/** The face for a value, mapped to the range of five faces. */
const faceOf =
  (last: number) =>
  (value: number): SVGElement =>
    face(1 + ((value - 1) * (FACES - 1)) / (last - 1));

/** The platform's emoji by length of the scale, from the worst. */
const EMOJI: Record<number, string> = {
  3: "🙁😐🙂",
  5: "😞🙁😐🙂😄",
  7: "😢😞🙁😐🙂😊😄",
  10: "😭😢😞🙁😕😐🙂😊😄😍",
};

const emojiOf = (last: number): ((value: number) => string) => {
  const emoji = [...(EMOJI[last] ?? "")];
  return (value) => emoji[value - 1] ?? `${value}`;
};

const LOOKS: Record<string, (last: number) => (value: number) => Child> = {
  faces: faceOf,
  emoji: emojiOf,
  stars: () => star,
  thumbs: () => thumb,
};

/** CSAT and CES with any number of points, and CSAT in any look. */
export const score = (question: ScoreQuestion, { survey, answered, goOn }: Step): HTMLElement[] => {
  const { kind, look = kind === "csat" ? "faces" : "numbers", scale: last = FACES } = question;
  const drawn = LOOKS[look]?.(last) ?? String;
  const [group, ends] = scale(
    question,
    survey.direction === "rtl",
    answered?.value as number | undefined,
    (value, pressed) => goOn({ value }, pressed),
    drawn,
  ) as [HTMLElement, HTMLElement];
  group.className = look === "numbers" ? (last > 7 ? "nps" : "ces") : `csat ${look}`;
  return [group, ends];
};
