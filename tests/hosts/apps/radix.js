/** Radix, as shadcn's components are made of it. */
import * as Dialog from "@radix-ui/react-dialog";
import * as Popover from "@radix-ui/react-popover";
import { createElement as h } from "react";
import { mount } from "./drafts.js";

mount({
  Dialog: ({ open, change, children }) =>
    h(
      Dialog.Root,
      { open, onOpenChange: change },
      h(
        Dialog.Portal,
        null,
        h(Dialog.Overlay, { className: "backdrop" }),
        h(
          Dialog.Content,
          { className: "dialog", "aria-describedby": undefined },
          h(Dialog.Title, null, "A letter"),
          children,
        ),
      ),
    ),
  Panel: ({ open, change, children }) =>
    h(
      Popover.Root,
      { open, onOpenChange: change },
      h(Popover.Trigger, null, "Write a note"),
      h(Popover.Portal, null, h(Popover.Content, null, children)),
    ),
});
