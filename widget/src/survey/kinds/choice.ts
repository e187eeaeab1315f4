import type { Step } from "../../core/chunks.ts";
import type { Answer, ChoiceQuestion, Labelled } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { checkedIn, radioGroup } from "../radio_group.ts";
import { checkbox, tickRow } from "./checkbox.ts";
import { fillIn, type NextButtons, nextButtons, onEnter } from "./next_buttons.ts";

/** Reserved ids, which no option has. */
const OTHER = "other";
const NONE = "none";
const LONGEST = 200;

/** The field for the visitor's own text, shown while "other" is chosen. */
const otherField = ({ survey, answered }: Step): HTMLInputElement => {
  const field = make("input", {
    class: "field",
    type: "text",
    maxlength: LONGEST,
    placeholder: survey.labels.which ?? "",
    "aria-label": survey.labels.which ?? "",
  });
  field.value = answered?.text ?? "";
  return field;
};

/** Checkboxes; "none" excludes all others. */
const several = (question: ChoiceQuestion, options: Labelled[], step: Step): HTMLElement[] => {
  const { least = 0, most = 0 } = question;
  const { labels } = step.survey;
  const earlier = (step.answered?.value as string[] | undefined) ?? [];
  const field = otherField(step);
  const boxes = options.map(({ id }) => checkbox(earlier.includes(id)));
  const chosen = (): string[] =>
    options.filter((_, index) => boxes[index]?.checked).map(({ id }) => id);
  const tooFew = () => fillIn(labels.at_least, { n: least });
  const tooMany = () => fillIn(labels.at_most, { n: most });
  const read = () => {
    const value = chosen();
    const text = value.includes(OTHER) && field.value.trim();
    return value[0] ? { value, ...(text ? { text } : {}) } : undefined;
  };
  const buttons: NextButtons = nextButtons(question, step, {
    read,
    ...(least ? {} : { nothing: [] }),
    hint: [least && tooFew(), most && tooMany()].filter(Boolean).join(" "),
    fits: () => {
      const value = chosen();
      const few = value[0] && value[0] !== NONE && value.length < least;
      if (most && value.length > most) buttons.tell(tooMany());
      else if (few) buttons.tell(tooFew());
      else return true;
      return false;
    },
  });
  const change = (ticked: number): void => {
    const alone = options[ticked]?.id === NONE;
    boxes.forEach((box, index) => {
      if (boxes[ticked]?.checked && alone !== (options[index]?.id === NONE)) box.checked = false;
    });
    look();
    if (options[ticked]?.id === OTHER && !field.hidden) field.focus();
  };
  const show = (): void => {
    field.hidden = !chosen().includes(OTHER);
  };
  const look = (): void => {
    show();
    buttons.changed();
  };
  show();
  boxes.forEach((box, index) => {
    box.oninput = look;
    box.onchange = () => change(index);
  });
  onEnter(field, buttons.go);
  return [
    make(
      "div",
      { class: "options", role: "group", "aria-labelledby": "title", "aria-describedby": "note" },
      ...options.map(({ label }, index) => tickRow(boxes[index] as HTMLInputElement, label)),
    ),
    field,
    ...buttons.elements,
  ];
};

/** A click continues, except on "other", which opens a text field. */
const one = (question: ChoiceQuestion, options: Labelled[], step: Step): HTMLElement[] => {
  const { survey, answered } = step;
  const field = otherField(step);
  const id = (value: number): string => options[value - 1]?.id as string;
  const answer = (value: number): Partial<Answer> => {
    const text = id(value) === OTHER && field.value.trim();
    return { value: [id(value)], ...(text ? { text } : {}) };
  };
  const earlier = (answered?.value as string[] | undefined)?.[0];
  const place = options.findIndex((option) => option.id === earlier) + 1;
  const label = (value: number): string => options[value - 1]?.label as string;
  const group = radioGroup(
    "options",
    1,
    options.length,
    label,
    label,
    survey.direction === "rtl",
    place || undefined,
    (value, event) => {
      if (id(value) !== OTHER) {
        step.goOn(answer(value), event);
      } else {
        show();
        field.focus();
      }
    },
  );
  for (const radio of group.children) radio.className = "option";
  const buttons = nextButtons(question, step, {
    read: () => {
      const value = checkedIn(group);
      return value ? answer(value) : undefined;
    },
  });
  const show = (): void => {
    field.hidden = id(checkedIn(group)) !== OTHER;
  };
  const look = (): void => {
    show();
    buttons.changed();
  };
  show();
  // Listens around the group, because the group changes the choice first.
  const both = make("div", {}, group, field);
  both.addEventListener("keydown", look);
  // A click that continues needs no button while the choice stays visible.
  both.addEventListener("click", () => {
    show();
    if (!field.hidden) look();
  });
  onEnter(field, buttons.go);
  return [both, ...buttons.elements];
};

export const choice = (question: ChoiceQuestion, step: Step): HTMLElement[] => {
  const { options, other, none, multiple } = question;
  const all: Labelled[] = [...options];
  if (other) all.push({ id: OTHER, label: other });
  if (none) all.push({ id: NONE, label: none });
  return (multiple ? several : one)(question, all, step);
};
