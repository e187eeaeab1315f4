"""A page's origin must be one of the project's, or match a wildcard."""

import pytest

from sayso_server.decision.origins import allowed
from sayso_server.decision.page_rules import origin_of, problem

WILDCARD = "https://*.example.com"


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example.com",
        "https://a.b.example.com",
        "https://xn--bcher-kva.example.com",
        "https://my_shop-2.example.com",
    ],
)
def test_a_wildcard_means_every_subdomain(origin: str) -> None:
    assert allowed(origin, {WILDCARD})


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.com",
        "https://.example.com",
        "https://a..example.com",
        "https://evilexample.com",
        "https://example.com.evil.net",
        "https://a.example.com.evil.net",
        "https://evil.net/.example.com",
        "https://evil.net#.example.com",
        "https://evil.net?.example.com",
        "https://evil.net:443.example.com",
        "https://user@a.example.com",
        "https://a.example.com/",
        "https://a.example.com.",
        "https://a.example.com:8443",
        "http://a.example.com",
        "https://*.example.com",
        "https://a.*.example.com",
        "https://https://a.example.com",
        "a.example.com",
        "null",
        "",
    ],
)
def test_a_wildcard_means_nothing_else(origin: str) -> None:
    assert not allowed(origin, {WILDCARD})


def test_the_port_of_a_wildcard_is_exact() -> None:
    origins = {"http://*.localhost.test:3000"}
    assert allowed("http://app.localhost.test:3000", origins)
    assert not allowed("http://app.localhost.test", origins)
    assert not allowed("http://app.localhost.test:30000", origins)


def test_beside_a_wildcard_whole_origins_are_exact() -> None:
    origins = {WILDCARD, "https://example.com", "http://[::1]:3000"}
    assert allowed("https://example.com", origins)
    assert allowed("http://[::1]:3000", origins)
    assert not allowed("https://other.com", origins)


def test_a_url_rule_lies_on_an_origin_below_a_wildcard() -> None:
    assert problem("prefix", "https://shop.example.com/docs", {WILDCARD}) is None
    assert problem("exact", "https://a.b.example.com:443/", {WILDCARD}) is None
    said = problem("prefix", "https://example.com/docs", {WILDCARD})
    assert said is not None
    assert "not one of the project's origins" in said


def test_a_url_rule_cannot_hold_a_wildcard_itself() -> None:
    for value in ("https://*.example.com/docs", "https://*.example.com"):
        said = problem("prefix", value, {WILDCARD})
        assert said is not None
        assert "name one host" in said


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://[0:0:0:0:0:0:0:1]:3000/x", "http://[::1]:3000"),
        ("http://[2001:DB8::0:1]", "http://[2001:db8::1]"),
    ],
)
def test_an_ipv6_address_is_written_as_browsers_do(address: str, origin: str) -> None:
    assert origin_of(address) == origin
