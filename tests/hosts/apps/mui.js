/** Material UI. */
import { ClickAwayListener, Dialog, Paper } from "@mui/material";
import { createElement as h } from "react";
import { mount } from "./drafts.js";

mount({
  Dialog: ({ open, change, children }) =>
    h(Dialog, { open, onClose: () => change(false), "aria-label": "A letter" }, children),
  Panel: ({ open, change, children }) =>
    h(
      ClickAwayListener,
      { onClickAway: () => open && change(false), mouseEvent: "onMouseDown", touchEvent: "onTouchStart" },
      h(
        "div",
        null,
        h("button", { onClick: () => change(true) }, "Write a note"),
        open && h(Paper, null, children),
      ),
    ),
});
