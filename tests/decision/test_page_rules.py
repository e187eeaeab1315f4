"""URL rules: the server decides exactly as the page does."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.page_rules import LONGEST, covers, problem

ORIGINS = ["https://shop.example", "https://[::1]:3000", "https://xn--bcher-kva.example"]
TABLE = Path(__file__).parents[2] / "widget/test/url_rules.json"
"""The cases that the widget's tests use too (widget/test/match_url.test.ts)."""

ROWS = [
    row for row in json.loads(TABLE.read_text()) if row["rule"].get("match", "regex") != "regex"
]


def test_the_pages_own_cases_have_every_kind_of_rule() -> None:
    assert len(ROWS) > 40
    for match in ("exact", "prefix", "contains"):
        outcomes = {row["matches"] for row in ROWS if row["rule"]["match"] == match}
        assert outcomes == {True, False}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rule']} on {row['url']}")
def test_a_rule_covers_the_same_addresses_as_in_the_page(row: Any) -> None:
    assert covers(row["rule"]["match"], row["rule"]["value"], row["url"]) is row["matches"]


# URLs are normalised as in a browser; the results are those of `new URL(…)`.
@pytest.mark.parametrize(
    ("match", "value", "url", "expected"),
    [
        ("exact", "HTTPS://Shop.Example/docs", "https://shop.example/docs", True),
        ("prefix", "https://shop.example:443/docs", "https://shop.example/docs/x", True),
        ("prefix", "http://shop.example:80/docs", "http://shop.example/docs", True),
        ("prefix", "https://shop.example:80/docs", "https://shop.example/docs", False),
        ("prefix", "/über", "https://shop.example/%C3%BCber/uns", True),
        ("prefix", "/%C3%BCber", "https://shop.example/%C3%BCber", True),
        ("exact", "/a/../docs", "https://shop.example/docs", True),
        ("exact", "/./docs", "https://shop.example/docs", True),
        ("exact", "/search?q=tee", "https://shop.example/search?q=tee", True),
        ("exact", "/search?q=ü", "https://shop.example/search?q=%C3%BC", True),
        ("exact", "/docs?", "https://shop.example/docs?tab=1", True),
        ("prefix", "/docs?tab=1", "https://shop.example/docs?tab=12", True),
        ("prefix", "/docs?tab=1#a", "https://shop.example/docs?tab=12#a", False),
        ("prefix", "/docs?tab=1#a", "https://shop.example/docs?tab=1#a/b", True),
        ("contains", "", "https://shop.example/", True),
        ("exact", "docs", "https://shop.example/docs", True),
    ],
)
def test_an_address_is_parsed_as_in_a_browser(
    match: str, value: str, url: str, expected: bool
) -> None:
    assert covers(match, value, url) is expected


@pytest.mark.parametrize("url", ["", "http://[", "https://[::1", "//", "javascript:alert(1)", "\0"])
@pytest.mark.parametrize("match", ["exact", "prefix"])
@pytest.mark.parametrize("value", ["/", "/never", "https://[", "https://shop.example/never"])
def test_no_rule_covers_an_invalid_address(match: str, value: str, url: str) -> None:
    assert covers(match, value, url) is False


EXPRESSIONS = json.loads(TABLE.with_name("expressions.json").read_text())
"""Expressions that are refused as slow, and others that widget/test/match_url.test.ts runs."""


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row["pattern"][:60])
def test_an_expression_that_is_slow_on_a_long_address_is_refused(row: Any) -> None:
    said = problem("regex", row["pattern"], ORIGINS) or ""
    refused = "too many ways" in said or "repeats a group that itself repeats" in said
    assert refused is row["refused"]
    assert bool(said) is row["refused"]


@given(st.sampled_from(["exact", "prefix", "contains"]), st.text(), st.text())
def test_no_text_makes_a_rule_raise(match: str, value: str, url: str) -> None:
    for at in (url, f"https://shop.example/{url}"):
        assert covers(match, value, at) in (True, False)


@pytest.mark.parametrize(
    ("match", "value", "said"),
    [
        ("exact", "", "is empty"),
        ("exact", "/" + "x" * LONGEST, "is longer than 500 characters"),
        ("contains", "a b", "white space"),
        ("prefix", "/a\tb", "white space"),
        ("prefix", "docs", "begin it with `/`"),
        ("exact", "ftp://shop.example/", "begin it with `/`"),
        ("exact", "https://", "begin it with `/`"),
        ("exact", "https://[", "begin it with `/`"),
        ("prefix", "https://other.example/x", "not one of the project's origins"),
        ("prefix", "http://shop.example/x", "not one of the project's origins"),
        ("prefix", "https://shop.example:8443/x", "not one of the project's origins"),
        ("regex", "^/docs", "can never match"),
        ("regex", "^shop", "can never match"),
        ("regex", "((", "is not a regular expression"),
        ("regex", "(?P<page>docs)", "write (?<name>…)"),
        ("regex", "(?<x>(a+)+)$", "repeats a group that itself repeats"),
        ("regex", "(a+)+$", "repeats a group that itself repeats"),
        ("regex", "\\Ahttps", "\\A, which browsers"),
        ("regex", "a?+b", "?+, which browsers"),
        ("regex", "docs\\Z", "\\Z, which browsers"),
        ("regex", "(?i)docs", "(?, which browsers"),
        ("regex", "(?i:docs)", "(?, which browsers"),
        ("regex", "(?>docs)", "(?, which browsers"),
        ("regex", "(?#why)docs", "(?, which browsers"),
        ("regex", "a++b", "++, which browsers"),
        ("regex", "a{2}+b", "}+, which browsers"),
        ("regex", "(" * 500, "is not a regular expression"),
        ("regex", "a{4294967296}", "is not a regular expression"),
    ],
)
def test_a_rule_that_can_never_match_is_named_with_its_remedy(
    match: str, value: str, said: str
) -> None:
    found = problem(match, value, ORIGINS)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    ("match", "value"),
    [
        ("exact", "/"),
        ("exact", "/" + "x" * (LONGEST - 1)),
        ("prefix", "/docs?tab="),
        ("prefix", "https://shop.example/docs"),
        ("prefix", "https://Shop.Example/docs"),
        ("contains", "checkout"),
        ("regex", "^https://shop\\.example/(de|fr)/"),
        ("regex", "^.*/orders/\\d+$"),
        ("regex", "(?<year>\\d{4})-(?<month>\\d{2})"),
        ("regex", "(?<!x)docs"),
        ("regex", "(?:a|b)(?=c)(?!d)"),
        ("regex", "^https?\\++[*?}]+\\\\A[\\]+]"),
        ("regex", "^\\S+/docs$"),
        ("regex", "^[a-z]+://shop"),
        ("exact", "https://[::1]:3000/docs"),
        ("prefix", "https://bücher.example/docs"),
    ],
)
def test_a_rule_that_can_match_is_accepted(match: str, value: str) -> None:
    assert problem(match, value, ORIGINS) is None
