import { listen } from "../quietly.ts";

let printing = false;

/** A print dialog that was open before we came is told by the page's medium alone. */
export const isPrinting = (): boolean => printing || matchMedia("print").matches;

export const watchPrinting = (): void =>
  listen(window, "beforeprint afterprint", ({ type }) => {
    printing = type === "beforeprint";
  });
