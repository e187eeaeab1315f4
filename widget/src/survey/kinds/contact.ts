import type { Step } from "../../core/chunks.ts";
import type { ContactQuestion, FurtherLabels } from "../../core/wire.ts";
import { make } from "../../element/make.ts";
import { nextButtons, onEnter } from "./next_buttons.ts";

/** Longest email address (RFC 5321). */
const LONGEST = 254;

interface Kind {
  attributes: Record<string, string>;
  /** The format that the server accepts, and the message for anything else. */
  fits?: RegExp;
  wrong?: keyof FurtherLabels;
}

const KINDS: Record<ContactQuestion["fields"][number]["name"], Kind> = {
  name: { attributes: { type: "text", autocomplete: "name" } },
  email: {
    attributes: { type: "email", autocomplete: "email", inputmode: "email", dir: "ltr" },
    fits: /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/,
    wrong: "email_wrong",
  },
  phone: {
    attributes: { type: "tel", autocomplete: "tel", inputmode: "tel", dir: "ltr" },
    fits: /^\+?[\p{Nd}\s()./-]{5,30}$/u,
    wrong: "phone_wrong",
  },
};

interface Row {
  name: string;
  field: HTMLInputElement;
  element: HTMLElement;
  /** Checks the field and shows a problem beside it. */
  check(): boolean;
}

const row = (
  { name, label }: ContactQuestion["fields"][number],
  { survey, answered }: Step,
): Row => {
  const { attributes, fits, wrong } = KINDS[name];
  const id = `field-${name}`;
  const field = make("input", {
    ...attributes,
    class: "field",
    id,
    maxlength: LONGEST,
    tabindex: 0,
    // Otherwise some browsers show a tooltip in their own language.
    title: "",
    "aria-describedby": `${id}-wrong`,
  });
  field.value = (answered?.value as Record<string, string> | undefined)?.[name] ?? "";
  const problem = make("p", { class: "note problem", id: `${id}-wrong` });
  const element = make("div", { class: "row" }, make("label", { for: id }, label), field, problem);
  const check = (): boolean => {
    const text = field.value.trim();
    const good = !text || !fits || fits.test(text);
    if (good) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    problem.textContent = good ? "" : (wrong && survey.labels[wrong]) || "";
    return good;
  };
  return { name, field, element, check };
};

/** Contact details. A problem is shown beside its field. */
export const contact = (question: ContactQuestion, step: Step): HTMLElement[] => {
  const rows = question.fields.map((field) => row(field, step));
  const buttons = nextButtons(question, step, {
    read: () => {
      const filled = rows
        .map(({ name, field }) => [name, field.value.trim()] as const)
        .filter(([, text]) => text);
      return filled[0] ? { value: Object.fromEntries(filled) } : undefined;
    },
    nothing: {},
    fits: () => {
      const wrong = rows.filter(({ check }) => !check());
      wrong[0]?.field.focus();
      return !wrong[0];
    },
  });
  for (const { field } of rows) {
    field.oninput = buttons.changed;
    onEnter(field, buttons.go);
  }
  return [
    make("div", { class: "rows" }, ...rows.map(({ element }) => element)),
    ...buttons.elements,
  ];
};
