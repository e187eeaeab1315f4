"""`/login`: a link opens the results of one project, once and for a while."""

from pathlib import Path

import pytest
from flask.sessions import NullSession, SecureCookieSession

from tests.dashboard.member import OWN, Member
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


def test_a_session_ends_after_twelve_hours(member: Member, clock: Clock) -> None:
    member.logged_in()
    clock.forward(hours=11, minutes=59)
    assert member.get("/results").status_code == 200
    clock.forward(minutes=1)
    assert member.get("/results").location == "/login"


def test_logging_out_closes_the_results(member: Member) -> None:
    member.logged_in()
    assert member.client.post("/logout", headers=OWN).location == "/login"
    assert member.get("/results").location == "/login"


def test_a_link_clicked_twice_closes_nothing_and_leads_on(member: Member) -> None:
    again = member.logged_in().log_in("wrong")
    assert "is still open" in again.text
    assert member.get("/results").status_code == 200


def test_a_new_link_opens_the_other_project_instead(member: Member, clock: Clock) -> None:
    member.logged_in()
    other = Member(make_product(member.product.app, clock))
    other.product.survey(name="Of the other project")
    member.log_in(other.link())
    assert "Of the other project" in member.read("/results")


def test_the_session_is_kept_from_scripts_and_other_sites(member: Member) -> None:
    cookie = member.log_in(member.link()).headers["Set-Cookie"]
    assert cookie.startswith("sayso_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_session_is_sent_over_https_only_where_there_is_https(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, public_url="https://sayso.example")
    member = Member(make_product(app, clock))
    assert "; Secure" in member.log_in(member.link()).headers["Set-Cookie"]


def test_the_api_has_no_session(product: Product) -> None:
    for path, kind in (("/v1/surveys", NullSession), ("/results", SecureCookieSession)):
        with product.app.test_request_context(path) as context:
            assert type(context.session) is kind


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_form_of_another_site_is_refused(
    member: Member, path: str, headers: dict[str, str]
) -> None:
    secret = member.link()
    refused = member.client.post(path, data={"secret": secret}, headers=headers)
    assert refused.status_code == 403
    assert member.log_in(secret).status_code == 303


def test_a_browser_that_sends_the_origin_alone_is_believed(member: Member) -> None:
    headers = {"Origin": "http://localhost"}
    opened = member.client.post("/login", data={"secret": member.link()}, headers=headers)
    assert opened.status_code == 303
