import { make } from "./make.ts";

const WEB = /^https:/i;
/** Nothing else is ever put into a page: a link could be a script. */
const SAFE = /^(https|mailto|tel):/i;

/** A link that looks like the way on; undefined for an address that nobody should follow. */
export const linkTo = (url: string, label: string): HTMLAnchorElement | undefined =>
  SAFE.test(url)
    ? make(
        "a",
        {
          class: "send",
          href: url,
          rel: "noopener noreferrer",
          tabindex: 0,
          // Mail and telephone need no empty tab.
          ...(WEB.test(url) ? { target: "_blank" } : {}),
        },
        label,
      )
    : undefined;
