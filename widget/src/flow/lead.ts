import { linkTo } from "../element/link_to.ts";
import type { Thanks } from "../wire.ts";

/** What the survey offers to everybody at its end. */
export const leadOn = ({ link }: Thanks): HTMLElement[] => {
  const anchor = link && linkTo(link.url, link.label);
  return anchor ? [anchor] : [];
};

/** Leaves the page; the answers are on their way by then, and outlive it. */
export const redirect = (url = ""): void => {
  if (/^https:/i.test(url)) setTimeout(() => location.assign(url), 0);
};
