import { listen } from "../../core/quietly.ts";
import { now } from "../../core/time.ts";
import { happen } from "./happen.ts";

/** In ms. Ignores a pointer that only crosses a page just opened. */
const NOT_BEFORE = 1_000;

let since = 0;

export const beginExitIntent = (): void => {
  since = now();
};

/** Fires if a mouse pointer leaves through the top, towards the tabs and the address bar. */
export const watchExitIntent = (): void =>
  listen(document, "mouseout", ({ relatedTarget, clientY }: MouseEvent) => {
    if (!relatedTarget && clientY <= 0 && now() - since >= NOT_BEFORE) happen("exit_intent");
  });
