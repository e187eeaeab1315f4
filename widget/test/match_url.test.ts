import { expect, test } from "vitest";
import { matchUrl } from "../src/loader/match_url.ts";
import type { ViewRule } from "../src/wire.ts";
import rows from "./url_rules.json" with { type: "json" };

test("there are enough rows to mean something", () => expect(rows.length).toBeGreaterThan(40));

test.each(rows)("$rule.match $rule.value on $url: $matches", ({ rule, url, matches }) => {
  expect(matchUrl(rule as ViewRule, url)).toBe(matches);
});
