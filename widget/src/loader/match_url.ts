import type { ViewRule } from "../wire.ts";

const trim = (path: string): string => path.replace(/\/+$/, "");
const same = (part: string, wanted: string): boolean => part === wanted;
/** "/docs" covers /docs and /docs/x, not /docsearch. */
const under = (part: string, wanted: string): boolean => `${part}/`.startsWith(`${wanted}/`);

const matchParts = (exact: boolean, value: string, href: string): boolean => {
  const page = new URL(href);
  const wanted = new URL(value, href);
  const { search, hash } = wanted;
  const fits = exact ? same : under;
  return (
    (!/^http/i.test(value) || wanted.origin === page.origin) &&
    // With a query or a hash in the rule, only the last part named is open-ended.
    (search || hash ? same : fits)(trim(page.pathname), trim(wanted.pathname)) &&
    (!search || (exact || hash ? page.search === search : page.search.startsWith(search))) &&
    (!hash || fits(page.hash, hash))
  );
};

/** Whether a page-view rule means this address. A rule that cannot be read matches nothing. */
export const matchUrl = ({ match, value = "" }: ViewRule, href: string): boolean => {
  try {
    return (
      !match ||
      (match === "contains"
        ? href.includes(value)
        : match === "regex"
          ? new RegExp(value).test(href)
          : matchParts(match === "exact", value, href))
    );
  } catch {
    return false;
  }
};
