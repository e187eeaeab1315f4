import { expect, test } from "vitest";
import { matchUrl } from "../src/core/match_url.ts";
import type { ViewRule } from "../src/core/wire.ts";
import expressions from "./expressions.json" with { type: "json" };
import rows from "./url_rules.json" with { type: "json" };

test("there are enough rows to mean something", () => expect(rows.length).toBeGreaterThan(40));

test.each(rows)("$rule.match $rule.value on $url: $matches", ({ rule, url, matches }) => {
  expect(matchUrl(rule as ViewRule, url)).toBe(matches);
});

// What publication lets pass (tests/decision/test_page_rules.py reads the same table).
const published = expressions.filter(({ refused }) => !refused);

test.each(published)("$pattern is read to its end on a hostile address", ({ pattern, repeats }) => {
  const hostile = `https://shop.example/${repeats.repeat(50_000)}`;
  matchUrl({ match: "regex", value: pattern }, hostile);
});

test("an expression is tested on the first 4,096 characters", () => {
  const at = (place: number) => `https://shop.example/${"a".repeat(place - 21)}!`;
  expect(matchUrl({ match: "regex", value: "!" }, at(4095))).toBe(true);
  expect(matchUrl({ match: "regex", value: "!" }, at(4096))).toBe(false);
});
