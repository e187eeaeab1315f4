import type { PageRules } from "../wire.ts";
import { matchUrl } from "./match_url.ts";

/** Queries, and hashes but for those that applications write their routes in: `#/path`, `#!/path`. */
const NO_ROUTE = /\?[^#]*|#(?!!?\/).*/g;

/** What makes an address another view: its path or route, and which rules mean it. */
export const viewName = ({ views, moments = [], excluded = [] }: PageRules, href: string): string =>
  views.concat(moments as [], excluded as []).map((rule) => matchUrl(rule, href)) +
  href.replace(NO_ROUTE, "");
