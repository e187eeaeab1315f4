import type { CommentQuestion } from "../core/wire.ts";
import { button, make } from "../element/make.ts";

/** In characters, if the survey sets no other limit. */
export const LONGEST = 2_000;

/** The prompt for the given score; without a score, the question's title. */
export const promptFor = (
  { title, by_score }: CommentQuestion,
  score: number | undefined,
): string => (score !== undefined && by_score?.find(({ max }) => score <= max)?.title) || title;

/** An empty comment is skipped. */
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
      // Otherwise the same key presses the button that gets the focus next (WebKit).
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
