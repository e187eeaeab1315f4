"""A form counts only when it comes from this server's own pages."""

from pathlib import Path

import pytest

from tests.dashboard.member import Member
from tests.product import Clock, Product, make_app, make_product
from tests.sqlite_product import app

__all__ = ["app"]


@pytest.fixture
def member(product: Product) -> Member:
    """A member who has not logged in yet."""
    return Member(product)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://evil@localhost"},
        {"Origin": "ftp://localhost"},
        {"Origin": "localhost"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_a_form_of_another_site_is_refused(member: Member, headers: dict[str, str]) -> None:
    secret = member.link()
    refused = member.client.post("/login", data={"secret": secret}, headers=headers)
    assert refused.status_code == 403
    assert "SAYSO_PUBLIC_URL" in refused.text
    assert member.log_in(secret).status_code == 303


def test_every_call_of_the_dashboard_that_changes_something_checks_where_it_comes_from(
    member: Member,
) -> None:
    rules = [
        (rule.rule, method)
        for rule in member.product.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if not rule.rule.startswith("/v1/")
    ]
    assert len(rules) >= 2
    for path, method in rules:
        response = member.client.open(path, method=method, headers={"Origin": "https://evil"})
        assert response.status_code == 403, (method, path)


@pytest.mark.parametrize(
    ("public_url", "proxies", "headers", "opens"),
    [
        ("http://127.0.0.1:8300", 0, {"Origin": "http://localhost"}, True),
        ("https://sayso.example", 0, {"Origin": "https://sayso.example"}, True),
        ("https://Sayso.example:443/surveys", 0, {"Origin": "https://sayso.example"}, True),
        ("https://sayso.example", 0, {"Origin": "http://sayso.example"}, False),
        ("https://sayso.example", 0, {"Origin": "https://sayso.example:8443"}, False),
        ("http://127.0.0.1:8300", 0, {"Origin": "https://shop.example"}, False),
        ("http://127.0.0.1:8300", 1, {"Origin": "https://shop.example"}, True),
        ("http://127.0.0.1:8300", 1, {"Origin": "http://shop.example"}, False),
    ],
)
def test_the_whole_origin_counts_as_the_proxy_or_the_public_url_tells_it(
    migrated_sqlite_url: str,
    tmp_path: Path,
    clock: Clock,
    public_url: str,
    proxies: int,
    headers: dict[str, str],
    opens: bool,
) -> None:
    app = make_app(
        migrated_sqlite_url, tmp_path, clock, public_url=public_url, trusted_proxies=proxies
    )
    member = Member(make_product(app, clock))
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
    response = member.client.post(
        "/login", data={"secret": member.link()}, headers={**told, **headers}
    )
    assert response.status_code == (303 if opens else 403)


@pytest.mark.parametrize("host", ["a b", "[", "x" * 300, "\xff", "a:99999"])
def test_an_odd_host_is_an_answer_not_a_fault(member: Member, host: str) -> None:
    headers = {"Origin": "http://localhost", "Host": host}
    assert member.client.post("/logout", headers=headers).status_code in (400, 403)
