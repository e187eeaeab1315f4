import { draw, make } from "../../element/make.ts";
import type { Check } from "./explanation.ts";

const HOLDS = "M5.5 12.5l4.2 4.2 8.8-9.4";
const FAILS = "M7 7l10 10M17 7L7 17";

export const mark = (passed: boolean): HTMLElement =>
  make(
    "span",
    {
      class: `mark ${passed ? "green" : "red"}`,
      role: "img",
      "aria-label": passed ? "Holds" : "Fails",
    },
    draw(passed ? HOLDS : FAILS),
  );

/** Draws `code` in a sentence as code. The code may be the host's, in any script. */
export const sentence = (text: string): Node[] =>
  text
    .split("`")
    .map((part, place) =>
      place % 2 ? make("code", { dir: "auto" }, part) : document.createTextNode(part),
    );

/** The host's own text, in its own writing direction. */
export const theirs = (text: string): HTMLElement => make("bdi", {}, text);

const moment = (at: string): string =>
  new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

const plain = (value: unknown): string =>
  typeof value !== "string"
    ? JSON.stringify(value)
    : /^\d{4}-\d\d-\d\dT/.test(value)
      ? moment(value)
      : value;

const values = (saw: Check["saw"]): HTMLElement[] => {
  const rows = Object.entries(saw).flatMap(([name, value]) => [
    make("dt", {}, name.replace(/_/g, " ")),
    make("dd", {}, theirs(plain(value))),
  ]);
  return rows[0] ? [make("dl", {}, ...rows)] : [];
};

/** Green: one line. Red: also the remedy and the values that were seen. */
export const drawCheck = ({ passed, because, remedy, saw, until }: Check): HTMLElement =>
  make(
    "li",
    { class: passed ? "held" : "failed" },
    mark(passed),
    make(
      "div",
      {},
      make("p", {}, ...sentence(because)),
      ...(passed
        ? []
        : [
            ...values(saw),
            ...(until ? [make("p", { class: "soft" }, `Until ${moment(until)}.`)] : []),
            ...(remedy
              ? [
                  make(
                    "p",
                    { class: "remedy" },
                    make("b", {}, "To change it: "),
                    ...sentence(remedy),
                  ),
                ]
              : []),
          ]),
    ),
  );
