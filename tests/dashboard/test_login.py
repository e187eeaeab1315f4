"""`/login`: a link opens one project's results, works once, and expires."""

import pytest

from tests.dashboard.member import Member
from tests.product import Clock, Product


@pytest.fixture
def member(product: Product) -> Member:
    """A member who has not logged in yet."""
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
