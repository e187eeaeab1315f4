"""`/login`: a link opens the results of one project, once and for a while."""

from pathlib import Path

import pytest

from tests.dashboard.member import Member
from tests.product import Clock, Product, make_app, make_product


@pytest.fixture
def member(product: Product) -> Member:
    """Nobody has logged in yet."""
    return Member(product)


def test_a_login_link_opens_the_results(member: Member) -> None:
    opened = member.log_in(member.link())
    assert (opened.status_code, opened.location) == (303, "/results")
    assert member.get("/results").status_code == 200


def test_a_login_link_opens_only_once(member: Member) -> None:
    secret = member.link()
    member.log_in(secret)
    again = Member(member.product).log_in(secret)
    assert again.status_code == 403
    assert "sayso login-link PROJECT" in again.text


def test_a_link_that_opens_nothing_leaves_the_results_closed(member: Member) -> None:
    refused = member.log_in("wrong")
    assert "still open" not in refused.text
    assert member.get("/results").location == "/login"


def test_a_login_link_expires_after_half_an_hour(member: Member, clock: Clock) -> None:
    secret = member.link()
    clock.forward(minutes=30)
    assert member.log_in(secret).status_code == 403


@pytest.mark.parametrize("secret", ["", "wrong", "\0", "#", "ünïcödé", "x" * 10_000])
def test_a_wrong_secret_opens_nothing(member: Member, secret: str) -> None:
    refused = member.log_in(secret)
    assert refused.status_code == 403
    assert "no longer opens anything" in refused.text
    assert member.get("/results").location == "/login"


def test_a_form_too_large_is_refused(member: Member) -> None:
    assert member.log_in("x" * 100_000).status_code == 413


def test_opening_the_page_of_a_link_spends_nothing(member: Member) -> None:
    secret = member.link()
    assert member.get(f"/login#{secret}").status_code == 200
    assert member.get(f"/login?secret={secret}").status_code == 200
    assert member.log_in(secret).status_code == 303


def test_the_whole_link_may_be_pasted(member: Member) -> None:
    assert member.log_in(f" https://sayso.example/login#{member.link()} ").status_code == 303


@pytest.mark.parametrize("path", ["/results", "/results/any"])
def test_without_a_session_results_lead_to_how_to_get_a_link(member: Member, path: str) -> None:
    response = member.get(path)
    assert (response.status_code, response.location) == (303, "/login")


@pytest.mark.parametrize("path", ["/results/fragment", "/results/any/fragment"])
def test_without_a_session_the_script_is_told_so(member: Member, path: str) -> None:
    assert member.get(path).status_code == 401


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


def test_guesses_are_counted_by_address_and_hour(member: Member, clock: Clock) -> None:
    for _ in range(3):
        member.log_in("wrong")
    member.written()
    member.log_in("wrong")
    clock.forward(hours=1)
    member.log_in("wrong")
    member.written()
    refused = [row for row in member.trail() if row["action"] == "login_refused"]
    assert [(row["subject"], row["actor"]) for row in refused] == [("127.0.0.1", "stranger")] * 2
    assert [row["details"]["times"] for row in refused] == [1, 4]
