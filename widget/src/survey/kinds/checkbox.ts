import { make } from "../../element/make.ts";

export const checkbox = (checked: boolean): HTMLInputElement => {
  // The popup gives the focus to what says its tab index.
  const box = make("input", { type: "checkbox", tabindex: 0 });
  box.checked = checked;
  return box;
};

/** The whole row ticks. */
export const tickRow = (box: HTMLInputElement, label: string): HTMLElement =>
  make("label", { class: "option" }, box, make("span", {}, label));
