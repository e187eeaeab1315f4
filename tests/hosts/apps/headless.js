/** Headless UI. */
import {
  Dialog,
  DialogPanel,
  DialogTitle,
  Popover,
  PopoverButton,
  PopoverPanel,
} from "@headlessui/react";
import { createElement as h } from "react";
import { mount } from "./drafts.js";

mount({
  Dialog: ({ open, change, children }) =>
    h(
      Dialog,
      { open, onClose: change },
      h("div", { className: "backdrop" }),
      h(DialogPanel, { className: "dialog" }, h(DialogTitle, null, "A letter"), children),
    ),
  Panel: ({ children }) =>
    h(
      Popover,
      null,
      h(PopoverButton, null, "Write a note"),
      h(PopoverPanel, null, children),
    ),
});
