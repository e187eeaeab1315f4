/** What the visitor has to use before the page: the one definition of a modal. */
import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";
import { isFocusTrapped } from "./trap.ts";
import { isPageUsable } from "./usable.ts";

/** `:is` forgives a browser that does not know one of them. */
const DIALOG =
  ":is(:modal,dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],:popover-open)";
const TIP = ":is([role=tooltip],[popover=hint])";
const CLOSED = ":is([inert],[aria-hidden=true])";

const OPEN = `${DIALOG}:not(${TIP},${CLOSED},${CLOSED} *)`;

export const hasModal = (): boolean =>
  everywhere(OPEN).some((dialog) => isInSight(dialog)) ||
  getComputedStyle(document.body).pointerEvents === "none" ||
  isFocusTrapped() ||
  !isPageUsable();
