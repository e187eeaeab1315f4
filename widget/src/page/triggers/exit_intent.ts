import { listen } from "../../core/quietly.ts";
import { now } from "../../core/time.ts";
import { happen } from "./happen.ts";

/** A pointer that only passes by on its way to a tab just opened means nothing. */
const NOT_BEFORE = 1_000;

let since = 0;

export const beginExitIntent = (): void => {
  since = now();
};

/** The pointer leaves through the top, towards tabs and address bar. Only with a mouse. */
export const watchExitIntent = (): void =>
  listen(document, "mouseout", ({ relatedTarget, clientY }: MouseEvent) => {
    if (!relatedTarget && clientY <= 0 && now() - since >= NOT_BEFORE) happen("exit_intent");
  });
