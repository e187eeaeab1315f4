/** What the visitor has to use before the page: the one definition of a modal. */
import { everywhere } from "./everywhere.ts";
import { isInSight } from "./in_sight.ts";
import { around } from "./layer.ts";
import { isFocusTrapped } from "./trap.ts";
import { isPageUsable } from "./usable.ts";

/** `:is` forgives a browser that does not know one of them. */
const DIALOG =
  ":is(:modal,dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true],:popover-open)";
const TIP = ":is([role=tooltip],[popover=hint])";
const CLOSED = ":is([inert],[aria-hidden=true])";

const OPEN = `${DIALOG}:not(${TIP},${CLOSED},${CLOSED} *)`;

/** A search box that always stands in a page's header may have the role as well. */
const BY_ROLE_ALONE = "[role=dialog]:not(dialog,[aria-modal=true],[popover])";

const liesOver = (element: Element | undefined): boolean =>
  !!element &&
  (/fixed|absolute/.test(getComputedStyle(element).position) || liesOver(around(element)));

const isOpen = (dialog: Element): boolean =>
  isInSight(dialog) && (!dialog.matches(BY_ROLE_ALONE) || liesOver(dialog));

export const hasModal = (): boolean =>
  everywhere(OPEN).some(isOpen) ||
  getComputedStyle(document.body).pointerEvents === "none" ||
  isFocusTrapped() ||
  !isPageUsable();
