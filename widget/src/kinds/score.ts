import type { Child } from "../element/make.ts";
import type { Step } from "../handover.ts";
import { face } from "../popup/faces.ts";
import { scale } from "../popup/scale.ts";
import type { ScoreQuestion } from "../wire.ts";
import { star, thumb } from "./drawings.ts";

const FACES = 5;

/** The face at the value's place among five. */
const faceOf =
  (last: number) =>
  (value: number): SVGElement =>
    face(1 + ((value - 1) * (FACES - 1)) / (last - 1));

const LOOKS: Record<string, (value: number) => Child> = { stars: star, thumbs: thumb };

/** CSAT and CES with any number of points, and with stars, thumbs or numbers in place of faces. */
export const score = (question: ScoreQuestion, { survey, answered, goOn }: Step): HTMLElement[] => {
  const { kind, look = kind === "csat" ? "faces" : "numbers", scale: last = FACES } = question;
  const drawn = look === "faces" ? faceOf(last) : (LOOKS[look] ?? String);
  const [group, ends] = scale(
    question,
    survey.direction === "rtl",
    answered?.value as number | undefined,
    (value, event) => goOn({ value }, (event as PointerEvent).pointerType === "touch"),
    drawn,
  ) as [HTMLElement, HTMLElement];
  group.className = look === "numbers" ? (last > 7 ? "nps" : "ces") : `csat ${look}`;
  return [group, ends];
};
