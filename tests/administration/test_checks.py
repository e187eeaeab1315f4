"""Validation of a project's origins, name and events."""

import pytest

from sayso_server.administration.checks import checked_events, checked_name, checked_origins
from sayso_server.errors import Invalid


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Shop.example:443/", "https://shop.example"),
        ("https://*.Example.com", "https://*.example.com"),
        ("https://*.example.com:443/", "https://*.example.com"),
        ("http://*.example.com:8080", "http://*.example.com:8080"),
        ("https://*.shop.example.co.uk", "https://*.shop.example.co.uk"),
        ("https://*.me.github.io", "https://*.me.github.io"),
        ("https://*.bücher.example", "https://*.xn--bcher-kva.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://192.0.2.7:80", "http://192.0.2.7"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_stored_as_browsers_send_it(written: str, kept: str) -> None:
    assert checked_origins([written]) == [kept]


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.com",
        "https://*.COM:443",
        "https://*.co.uk",
        "https://*.github.io",
        "https://*.vercel.app",
        "https://*.xn--p1ai",
        "https://*.рф",
        "http://*.localhost:3000",
    ],
)
def test_a_wildcard_below_a_public_suffix_is_refused(origin: str) -> None:
    with pytest.raises(Invalid, match="put a domain of your own"):
        checked_origins([origin])


@pytest.mark.parametrize("origin", ["http://*.192.0.2.7", "http://*.[::1]:3000"])
def test_a_wildcard_below_an_ip_address_is_refused(origin: str) -> None:
    with pytest.raises(Invalid, match="name the host whole"):
        checked_origins([origin])


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "https://*.",
        "*.example.com",
        "*://*.example.com",
        "https://*example.com",
        "https://shop*.example.com",
        "https://*.*.example.com",
        "https://www.*.com",
        "https://*.example.com:*",
        "https://*.example.com/path",
        "https://example.com:99999",
        "https://a,https://b",
        "https://a..example.com",
        "https://shop.example.",
        "https://-shop.example",
        "http://127.1",
        "http://0x7f.1.0x1",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 125}example",
        "null",
        "",
    ],
)
def test_an_invalid_origin_is_refused_with_the_remedy(origin: str) -> None:
    with pytest.raises(Invalid, match="write scheme and host only") as refused:
        checked_origins(["https://good.example", origin])
    assert [*refused.value.errors] == ["origins.1"]


def test_a_name_must_be_printable_and_not_too_long() -> None:
    assert checked_name("  Shop ") == "Shop"
    for name in ("", "   ", "a" * 129, "a\nb", "\x1b]0;x"):
        with pytest.raises(Invalid, match="1 to 128 printable"):
            checked_name(name)


def test_events_are_deduplicated_and_must_have_names() -> None:
    assert checked_events(["b", "a", "b"]) == ["a", "b"]
    for name in ("", "a" * 129, "a\0"):
        with pytest.raises(Invalid, match="no usable name"):
            checked_events([name])


def test_the_number_of_origins_and_events_is_limited() -> None:
    with pytest.raises(Invalid, match="at most 100 origins"):
        checked_origins(f"https://s{number}.example" for number in range(101))
    with pytest.raises(Invalid, match="at most 100 tracked events"):
        checked_events(f"e{number}" for number in range(101))
