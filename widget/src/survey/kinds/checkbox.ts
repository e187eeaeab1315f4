import { make } from "../../element/make.ts";

export const checkbox = (checked: boolean): HTMLInputElement => {
  // The popup focuses only elements with a `tabindex` attribute.
  const box = make("input", { type: "checkbox", tabindex: 0 });
  box.checked = checked;
  return box;
};

/** A click anywhere on the row ticks the box. */
export const tickRow = (box: HTMLInputElement, label: string): HTMLElement =>
  make("label", { class: "option" }, box, make("span", {}, label));
