"""An address is parsed once, at the edge, into one form for limits, networks and logs."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sayso_server.addresses import FORWARDING, UNKNOWN, among, canonical, counted_as
from tests.product import Clock, Product, make_app, make_product

SPELLINGS = [
    ("203.0.113.7", "203.0.113.7"),
    ("203.0.113.7:51234", "203.0.113.7"),
    (" 203.0.113.7 ", "203.0.113.7"),
    ("::ffff:203.0.113.7", "203.0.113.7"),
    ("[::ffff:cb00:7107]:443", "203.0.113.7"),
    ("64:ff9b::203.0.113.7", "203.0.113.7"),
    ("[2001:db8::1]:443", "2001:db8::1"),
    ("2001:DB8:0:0:0::1", "2001:db8::1"),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
    ("fe80::1%eth0", "fe80::1"),
    ("[fe80::1%25en0]:80", "fe80::1"),
]
GARBAGE = [
    "",
    "unknown",
    "_hidden",
    "203.0.113",
    "203.0.113.007",
    "1.2.3.4.5",
    "[",
    ":",
    "2001:db8::g",
    "１.2.3.4",
    "'; DROP TABLE people",
    "\x1b]0;title\x07",
    "9" * 5_000,
]


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


@pytest.mark.parametrize(("text", "address"), SPELLINGS)
def test_every_spelling_of_an_address_gives_one_address(text: str, address: str) -> None:
    assert canonical(text) == address


@pytest.mark.parametrize("text", GARBAGE)
def test_an_invalid_address_is_unknown_and_in_no_network(text: str) -> None:
    assert canonical(text) == UNKNOWN
    assert not among(canonical(text), ["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("last", ["::1", "::2", ":ffff:ffff:ffff:ffff", "::203.0.113.7"])
def test_all_addresses_in_one_64_are_counted_together(last: str) -> None:
    assert counted_as(canonical(f"2001:db8:0:7{last}")) == "2001:db8:0:7::/64"
    assert counted_as(canonical(f"2001:db8:0:8{last}")) != "2001:db8:0:7::/64"


@pytest.mark.parametrize("network", ["203.0.113.0/24", "::ffff:203.0.113.0/120", "203.0.113.7"])
def test_a_network_matches_every_spelling_of_an_address(network: str) -> None:
    for text, address in SPELLINGS:
        assert among(canonical(text), [network]) is (address == "203.0.113.7")


def statuses(app: Any, forwarded: list[str], path: str = "/healthz") -> list[int]:
    client = app.test_client()
    return [client.get(path, headers={"X-Forwarded-For": said}).status_code for said in forwarded]


def app_of(url: str, folder: Path, clock: Clock, **settings: Any) -> Any:
    return make_app(url, folder, clock, **{"trusted_proxies": 1, **settings})


@pytest.mark.parametrize(
    "spellings",
    [
        ["203.0.113.7:51234", "203.0.113.7:51235", "::ffff:203.0.113.7"],
        ["2001:db8::1", "[2001:db8::2]:443", "2001:0DB8:0::ffff"],
        ["fe80::1%eth0", "fe80::1%eth1", "[fe80::9]:1"],
        ["10.9.8.7, 203.0.113.7", "10.1.1.1, 203.0.113.7:99", '"[::ffff:203.0.113.7]:1"'],
    ],
)
def test_a_limit_counts_every_spelling_of_an_address(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, spellings: list[str]
) -> None:
    app = app_of(migrated_sqlite_url, tmp_path, clock, site_calls_per_minute=2)
    assert statuses(app, spellings) == [200, 200, 429]
    assert statuses(app, ["198.51.100.9", "2001:db8:9::1"]) == [200, 200]


def test_invalid_addresses_share_one_separate_limit(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = app_of(migrated_sqlite_url, tmp_path, clock, site_calls_per_minute=2)
    assert statuses(app, ["nonsense", "more nonsense", "_x", "unknown"]) == [200, 200, 429, 429]
    assert statuses(app, ["198.51.100.9", "127.0.0.1", "::1"]) == [200, 200, 200]


@pytest.mark.parametrize("forwarded", [*GARBAGE[1:], ",", ", ,", '"', '"\\', "a" * 9_000])
def test_an_invalid_forwarded_header_is_served(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, forwarded: str
) -> None:
    app = app_of(migrated_sqlite_url, tmp_path, clock)
    environ = {"HTTP_X_FORWARDED_FOR": forwarded}
    assert app.test_client().get("/healthz", environ_base=environ).status_code == 200


@pytest.mark.parametrize(
    "forwarded", ["192.0.2.7:51234", "::ffff:192.0.2.7", "[::ffff:c000:207]:1"]
)
def test_staff_are_matched_behind_a_proxy_in_every_spelling(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, forwarded: str
) -> None:
    product = make_product(app_of(migrated_sqlite_url, tmp_path, clock), clock)
    product.survey()
    product.ok("PUT", "/v1/policy", {"staff": {"networks": ["192.0.2.0/24"]}})

    def asked(address: str) -> bool:
        product.client.environ_base["HTTP_X_FORWARDED_FOR"] = address
        return product.visitor().did() is not None

    assert [asked(forwarded), asked("192.0.3.7")] == [False, True]


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    messages: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    handler, logger = Keep(logging.WARNING), logging.getLogger("sayso")
    logger.addHandler(handler)
    yield messages
    logger.removeHandler(handler)


@pytest.mark.parametrize("name", FORWARDING)
def test_untrusted_forwarding_headers_are_warned_about_once(
    product: Product, warnings: list[str], name: str
) -> None:
    for _ in range(3):
        product.client.get("/healthz", headers={name: "203.0.113.7"})
    (warning,) = warnings
    assert name in warning
    assert "SAYSO_TRUSTED_PROXIES" in warning


@pytest.mark.parametrize(
    ("proxies", "forwarded", "told"),
    [(2, "203.0.113.7", True), (1, "unknown", True), (1, "203.0.113.7", False), (1, "", False)],
)
def test_a_proxy_that_contradicts_the_setting_is_warned_about_once(
    migrated_sqlite_url: str,
    tmp_path: Path,
    clock: Clock,
    warnings: list[str],
    proxies: int,
    forwarded: str,
    told: bool,
) -> None:
    app = app_of(migrated_sqlite_url, tmp_path, clock, trusted_proxies=proxies)
    statuses(app, [forwarded] * 3)
    assert len(warnings) == told
    assert all("SAYSO_TRUSTED_PROXIES" in warning for warning in warnings)


def test_calls_without_forwarding_headers_cause_no_warning(
    product: Product, warnings: list[str]
) -> None:
    product.visitor().post("decide", {"visitor": uuid4().hex})
    assert warnings == []
