import { draw } from "../element/make.ts";

const EYES = "M9 9.2v.9M15 9.2v.9";

/** Our own five faces: eyes, and a mouth that bends with the value; the best one laughs. */
export const face = (value: number): SVGElement => {
  const bend = value - 3;
  const corner = 15 - bend * 0.8;
  const mouth = `M8 ${corner}q4 ${bend * 2.2} 8 0${value === 5 ? "z" : ""}`;
  return draw("M12 2.5a9.5 9.5 0 1 0 .01 0z", EYES, mouth);
};

export const star = (): SVGElement =>
  draw("M12 3.2l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1-5.4-3-5.4 3 1.1-6.1-4.5-4.2 6.1-.8z");

export const thumb = (): SVGElement =>
  draw(
    "M7.5 10.5l3.6-7a2.2 2.2 0 0 1 2.4 2.6l-.6 3.4h5.3a2 2 0 0 1 2 2.4l-1.3 6.4a2 2 0 0 1-2 1.7H7.5z",
    "M7.5 10.5H3.8V20h3.7",
  );
