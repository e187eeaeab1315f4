import type { Step } from "../../core/chunks.ts";
import type { Labelled, RankingQuestion } from "../../core/wire.ts";
import { button, draw, make } from "../../element/make.ts";
import { dragInList } from "./drag.ts";
import { fillIn, nextButtons } from "./next_buttons.ts";

const UP = "M7 14l5-5 5 5";
const DOWN = "M7 10l5 5 5-5";
const GRIP = ["M9.5 6v.01M14.5 6v.01", "M9.5 12v.01M14.5 12v.01", "M9.5 18v.01M14.5 18v.01"];

/** In the order of the earlier answer, else in the original order. */
const ordered = (options: Labelled[], before: string[]): Labelled[] =>
  [...options].sort((a, b) => before.indexOf(a.id) - before.indexOf(b.id));

/** A list to put in order with buttons or by dragging. */
export const ranking = (question: RankingQuestion, step: Step): HTMLElement[] => {
  const { labels } = step.survey;
  const earlier = (step.answered?.value as string[] | undefined) ?? [];
  const ids = new Map<Element, Labelled>();
  const list = make("ol", { class: "ranks", role: "list", "aria-labelledby": "title" });
  const news = make("p", { class: "unseen", role: "status" });
  let moved = !!earlier[0];

  const number = (): void => {
    [...list.children].forEach((item, index, { length }) => {
      (item.querySelector(".place") as HTMLElement).textContent = `${index + 1}`;
      const [up, down] = item.querySelectorAll("button");
      // Not `disabled`, which would lose the focus at the end of the list.
      up?.setAttribute("aria-disabled", `${!index}`);
      down?.setAttribute("aria-disabled", `${index + 1 === length}`);
    });
  };
  const settle = (item: Element): void => {
    moved = true;
    number();
    buttons.changed();
    const place = [...list.children].indexOf(item) + 1;
    const { label = "" } = ids.get(item) ?? {};
    const text = fillIn(labels.placed, { item: label, place, count: list.children.length });
    news.replaceChildren(make("span", {}, text));
  };
  // Moves the neighbour instead, so that the item keeps the focus and the pointer.
  const raise = (item: Element): void => {
    if (item.previousElementSibling) item.after(item.previousElementSibling);
  };
  const lower = (item: Element): void => {
    if (item.nextElementSibling) item.before(item.nextElementSibling);
  };
  const mover = (label: string | undefined, item: Labelled, path: string, move: typeof raise) =>
    button(
      "step",
      ({ currentTarget }) => {
        const row = (currentTarget as Element).closest("li") as Element;
        move(row);
        settle(row);
      },
      { "aria-label": fillIn(label, { item: item.label }), tabindex: 0 },
      draw(path),
    );

  for (const option of ordered(question.options, earlier)) {
    const grip = make("span", { class: "grip" }, draw(...GRIP));
    const item = make(
      "li",
      {},
      grip,
      make("span", { class: "place" }),
      make("span", { class: "name" }, option.label),
      mover(labels.up, option, UP, raise),
      mover(labels.down, option, DOWN, lower),
    );
    ids.set(item, option);
    list.append(item);
  }
  dragInList(list, { raise, lower, number, settle });
  const buttons = nextButtons(question, step, {
    // An untouched list may be skipped, or accepted as it is.
    read: () => ({ value: [...list.children].map((item) => ids.get(item)?.id as string) }),
    untouched: () => !moved,
  });
  number();
  return [list, news, ...buttons.elements];
};
