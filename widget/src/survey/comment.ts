import type { CommentQuestion } from "../core/wire.ts";
import { button, make } from "../element/make.ts";

/** In characters, where the survey says nothing else. */
export const LONGEST = 2_000;

/** The prompt that fits the score given; without a score the question's own. */
export const promptFor = (
  { title, by_score }: CommentQuestion,
  score: number | undefined,
): string => (score !== undefined && by_score?.find(({ max }) => score <= max)?.title) || title;

/** Empty is skipped. */
export const comment = (
  { placeholder, limit }: CommentQuestion,
  labels: Record<"send" | "skip", string>,
  goOn: (text: string) => void,
): HTMLElement[] => {
  const field = make("textarea", {
    "aria-labelledby": "title",
    placeholder: placeholder ?? "",
    maxlength: limit ?? LONGEST,
    rows: 3,
  });
  const send = () => goOn(field.value.trim());
  field.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // Or the same key presses the button that has the focus next (WebKit).
      event.preventDefault();
      send();
    }
  };
  return [
    field,
    make(
      "div",
      { class: "actions" },
      button("quiet", () => goOn(""), {}, labels.skip),
      button("send", send, {}, labels.send),
    ),
  ];
};
