import type { PageRules, UrlRule } from "./wire.ts";

/** Queries, and hashes, except hashes that are routes: `#/path`, `#!/path`. */
const NO_ROUTE = /\?[^#]*|#(?!!?\/).*/g;

/** Identifies a view by the path or route and the rules that match the address. */
export const viewName = ({ views, moments = [], excluded = [] }: PageRules, href: string): string =>
  views.concat(moments as [], excluded as []).map((rule) => matchUrl(rule, href)) +
  href.replace(NO_ROUTE, "");

/** Characters that an expression is tested on; the server checks expressions for this length. */
const LONGEST = 4096;

const trim = (path: string): string => path.replace(/\/+$/, "");

/** An open part may continue after `end`. */
const fits = (part: string, wanted: string, open: boolean, end = ""): boolean =>
  part === wanted || (open && part.startsWith(wanted + end));

/**
 * "/docs" as a prefix covers /docs and /docs/x, not /docsearch. If the rule contains a
 * query or a hash, only its last part is open-ended.
 */
const matchParts = (exact: boolean, value: string, href: string): boolean => {
  const page = new URL(href);
  const wanted = new URL(value, href);
  const { search, hash } = wanted;
  return (
    wanted.origin === page.origin &&
    fits(trim(page.pathname), trim(wanted.pathname), !(exact || search || hash), "/") &&
    (!search || fits(page.search, search, !(exact || hash))) &&
    (!hash || fits(page.hash, hash, !exact, "/"))
  );
};

/** Whether a rule matches this address. An invalid rule matches nothing. */
export const matchUrl = ({ match, value = "" }: UrlRule, href: string): boolean => {
  try {
    return (
      !match ||
      (match === "contains"
        ? href.includes(value)
        : match === "regex"
          ? new RegExp(value).test(href.slice(0, LONGEST))
          : matchParts(match === "exact", value, href))
    );
  } catch {
    return false;
  }
};
