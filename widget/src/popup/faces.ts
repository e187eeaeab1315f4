import { draw } from "../element/make.ts";

const EYES = "M9 9.2v.9M15 9.2v.9";

/** Our own five faces: eyes, and a mouth that bends with the value; the best one laughs. */
export const face = (value: number): SVGElement => {
  const bend = value - 3;
  const corner = 15 - bend * 0.8;
  const mouth = `M8 ${corner}q4 ${bend * 2.2} 8 0${value === 5 ? "z" : ""}`;
  return draw("M12 2.5a9.5 9.5 0 1 0 .01 0z", EYES, mouth);
};
