"""A member's session: a row on the server that ends on time; the login page tells why."""

import re
from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy

from sayso_server.errors import Unavailable
from sayso_server.storage.database.tables import sessions as table
from sayso_server.storage.members import sessions
from sayso_server.storage.members.sessions import Session
from sayso_server.storage.projects import audit
from tests.dashboard.member import OWN, Member, text_of
from tests.product import Clock, Product, make_app, make_product
from tests.sqlite_product import app

__all__ = ["app"]

COOKIE = "sayso_session"


@pytest.fixture
def other(member: Member, clock: Clock) -> Member:
    """A member of another project who has not logged in."""
    other = make_product(member.product.app, clock)
    other.survey(name="Of the other project")
    return Member(other)


def session_of(member: Member) -> Session:
    (session,) = open_sessions(member)
    return session


def open_sessions(member: Member) -> list[Session]:
    product = member.product
    with product.dependencies.store.read() as connection:
        return list(sessions.open_sessions(connection, product.project_id, product.clock.now))


def end_by_command(member: Member, session: UUID) -> None:
    now = member.product.clock.now
    member.product.dependencies.store.write(lambda c: sessions.end(c, session, audit.COMMAND, now))


def token(member: Member) -> str:
    cookie = member.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def with_token(member: Member, value: str) -> Member:
    """Another browser with this cookie."""
    thief = Member(member.product)
    thief.client.set_cookie(COOKIE, value)
    return thief


def is_open(member: Member) -> bool:
    return member.get("/results").status_code == 200


def reads(member: Member, path: str = "/login") -> str:
    return text_of(member.client.get(path, follow_redirects=True).text)


# --- How a session ends ----------------------------------------------------------------------


def test_logging_out_ends_the_session_on_the_server(member: Member) -> None:
    thief = with_token(member, token(member))
    left = member.log_out()
    assert left.status_code == 303
    assert member.client.get_cookie(COOKIE) is None
    assert not is_open(thief)
    assert "You are logged out" in text_of(member.get(left.location).text)
    assert open_sessions(member) == []


def test_logging_out_of_nothing_is_no_error(product: Product) -> None:
    stranger = with_token(Member(product), "made up")
    assert stranger.log_out().status_code == 303
    assert [row["action"] for row in stranger.trail()] == ["project_created"]


def test_while_the_database_is_away_nobody_is_told_to_be_logged_out(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(member.product.dependencies.store), "write", away)
        assert member.log_out().status_code == 503
    assert is_open(member)


def test_a_session_ended_by_command_opens_nothing_and_says_so(member: Member) -> None:
    fragment = f"/results/{member.product.survey()}/fragment"
    assert member.get(fragment).status_code == 200
    end_by_command(member, session_of(member).id)
    assert member.get(fragment).status_code == 401
    assert "Your session was ended" in reads(member, "/results")
    assert "2 Mar 2026, 12:00 UTC" in reads(member)


def test_a_session_ends_twelve_hours_after_log_in_however_much_it_is_used(
    member: Member, clock: Clock
) -> None:
    for _ in range(11):
        clock.forward(hours=1)
        assert is_open(member)
    clock.forward(minutes=59)
    assert is_open(member)
    clock.forward(minutes=1)
    assert "A link keeps the results open for 12 hours" in reads(member, "/results")


def test_a_session_that_nobody_uses_ends_after_four_hours(member: Member, clock: Clock) -> None:
    clock.forward(hours=3, minutes=59)
    assert is_open(member)
    clock.forward(hours=3, minutes=59)
    assert is_open(member)
    clock.forward(hours=4)
    assert "when nobody uses it for 4 hours" in reads(member, "/results")
    assert open_sessions(member) == []


def test_a_page_in_view_counts_as_use(member: Member, clock: Clock) -> None:
    project = member.product.project_id
    for _ in range(5):
        clock.forward(hours=2)
        assert member.get(f"/results/fragment?project={project}").status_code == 200


def test_use_is_written_down_once_a_minute(
    member: Member, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[object] = []
    note_seen = sessions.note_seen

    def counted(*call: Any) -> None:
        writes.append(call)
        note_seen(*call)

    monkeypatch.setattr(sessions, "note_seen", counted)
    for _ in range(120):
        clock.forward(seconds=1)
        assert is_open(member)
    assert len(writes) == 2
    assert session_of(member).last_seen_at == clock.now


def test_results_can_be_read_while_the_database_takes_no_writes(
    member: Member, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Unavailable("full")

    clock.forward(hours=1)
    monkeypatch.setattr(type(member.product.dependencies.store), "write", full)
    assert is_open(member)


def test_a_clock_that_moves_back_ends_no_session_and_prolongs_none(
    member: Member, clock: Clock
) -> None:
    clock.forward(hours=-1)
    assert is_open(member)
    assert session_of(member).last_seen_at == clock.now
    clock.forward(hours=4)
    assert not is_open(member)


def test_a_session_and_a_link_from_a_clock_far_ahead_open_nothing_once_it_is_right(
    product: Product, clock: Clock
) -> None:
    clock.forward(days=400)
    member = Member(product).logged_in()
    link = member.link()
    clock.forward(days=-400)
    assert not is_open(member)
    assert Member(product).log_in(link).status_code == 403


# --- The cookie -------------------------------------------------------------------------------


def test_log_in_makes_a_new_token_whatever_the_browser_held(product: Product) -> None:
    planted = with_token(Member(product), "planted by somebody else")
    planted.log_in(planted.link())
    assert token(planted) != "planted by somebody else"
    assert not is_open(with_token(planted, "planted by somebody else"))
    again = with_token(planted, token(planted))
    session = session_of(again)
    again.log_in(again.link(), instead_of=str(session.id))
    assert token(again) != token(planted)
    assert not is_open(planted)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda _: "",
        lambda _: "\0",
        lambda _: "ünïcödé",
        lambda _: "x" * 4_000,
        lambda _: "eyJwcm9qZWN0IjoiMSJ9.aaaa.bbbb",
    ],
)
def test_a_cookie_that_was_tampered_with_opens_nothing(
    member: Member, change: Callable[[str], str]
) -> None:
    forged = Member(member.product)
    value = change(token(member)).encode().decode("latin-1")
    response = forged.get("/results", Cookie=f"{COOKIE}={value}")
    assert (response.status_code, response.location) == (303, "/login")
    assert is_open(member)


def test_the_database_holds_no_token(member: Member) -> None:
    with member.product.dependencies.store.read() as connection:
        (row,) = connection.execute(sqlalchemy.select(table)).all()
    assert token(member) not in str(row)
    assert len(token(member)) >= 43
    assert row.hash.hex() not in token(member)


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        ("http://127.0.0.1:8300", COOKIE, False),
        ("https://sayso.example", f"__Host-{COOKIE}", True),
        ("HTTPS://sayso.example", f"__Host-{COOKIE}", True),
        ("https://shop.example/surveys", f"__Host-{COOKIE}", True),
    ],
)
def test_the_session_is_kept_from_scripts_and_other_sites_and_with_https_from_subdomains(
    migrated_sqlite_url: str,
    tmp_path: Path,
    clock: Clock,
    public_url: str,
    name: str,
    secure: bool,
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, public_url=public_url)
    member = Member(make_product(app, clock))
    opened = SimpleCookie(member.log_in(member.link()).headers["Set-Cookie"])[name]
    sent = {"Cookie": f"{name}={opened.value}"}
    dropped = member.client.post("/logout", headers={**OWN, **sent})
    for cookie in (opened, SimpleCookie(dropped.headers["Set-Cookie"])[name]):
        assert bool(cookie["secure"]) is secure
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert dropped.headers["Set-Cookie"].startswith(f"{name}=;")


def test_nothing_but_log_in_and_log_out_sets_a_cookie(member: Member) -> None:
    for path in ("/v1/surveys", "/results", "/login", "/docs", "/healthz", "/nowhere"):
        assert "Set-Cookie" not in member.get(path).headers


# --- A link while a session is open -----------------------------------------------------------


def agree(member: Member, page: str) -> None:
    """Press the button on the confirmation page."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert set(fields) == {"secret", "instead_of"}
    assert member.log_in(**fields).status_code == 303


def test_a_link_of_another_project_asks_before_it_replaces_the_session(
    member: Member, other: Member
) -> None:
    before = token(member)
    asked = member.log_in(other.link())
    assert asked.status_code == 409
    assert "instead?" in text_of(asked.text)
    assert "Set-Cookie" not in asked.headers
    assert "Of the other project" not in member.read("/results")
    agree(member, asked.text)
    assert "Of the other project" in member.read("/results")
    assert not is_open(with_token(member, before))
    assert [len(open_sessions(one)) for one in (member, other)] == [0, 1]


def test_a_link_of_the_same_project_asks_too(member: Member) -> None:
    asked = member.log_in(member.link())
    assert asked.status_code == 409
    agree(member, asked.text)
    assert len(open_sessions(member)) == 1


def test_a_link_that_only_asked_is_not_used(member: Member, other: Member) -> None:
    link = other.link()
    member.log_in(link)
    assert other.log_in(link).status_code == 303


def test_consent_is_to_the_end_of_one_session_alone(member: Member, other: Member) -> None:
    asked = member.log_in(other.link())
    member.log_out()
    member.logged_in()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    assert member.log_in(**fields).status_code == 409
    assert "Of the other project" not in member.read("/results")


@pytest.mark.parametrize("instead_of", ["", "yes", "00000000-0000-0000-0000-000000000000"])
def test_made_up_consent_is_none(member: Member, other: Member, instead_of: str) -> None:
    assert member.log_in(other.link(), instead_of=instead_of).status_code == 409


def test_where_the_session_is_over_nothing_is_asked(member: Member, other: Member) -> None:
    end_by_command(member, session_of(member).id)
    assert member.log_in(other.link()).status_code == 303


def test_names_of_projects_are_shown_as_text(member: Member, clock: Clock) -> None:
    product = member.product
    with product.dependencies.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE projects SET name = '<b>x</b>\u202eevil'")
    asked = member.log_in(Member(make_product(product.app, clock)).link())
    assert "<bdi>&lt;b&gt;x&lt;/b&gt;\u202eevil</bdi>" in asked.text
    assert "<bdi>&lt;b&gt;x&lt;/b&gt;\u202eevil</bdi>" in member.get("/login").text


def test_a_link_clicked_twice_closes_nothing_and_leads_on(member: Member) -> None:
    again = member.log_in("wrong")
    assert "is still open" in again.text
    assert is_open(member)


def test_a_tab_of_the_replaced_project_is_told_to_load_anew(member: Member, other: Member) -> None:
    page = member.get("/results").text
    fragment = page.partition('data-fragment="')[2].partition('"')[0]
    assert member.get(fragment).status_code == 200
    agree(member, member.log_in(other.link()).text)
    assert member.get(fragment).status_code == 401
    assert "Of the other project" in member.read("/results")


def test_the_login_page_says_what_is_open(member: Member) -> None:
    assert "Shop has been open in this browser since 2 Mar 2026, 12:00 UTC" in reads(member)


def test_a_guess_costs_the_database_no_write(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(member.product.dependencies.store), "write", lambda *_: 1 / 0)
    assert Member(member.product).log_in("wrong").status_code == 403


# --- The audit trail ----------------------------------------------------------------------------


def test_the_trail_has_every_log_in_and_every_end(
    member: Member, other: Member, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sayso.audit")
    first = session_of(member)
    agree(member, member.log_in(other.link()).text)
    second = session_of(other)
    member.log_out()
    member.logged_in()
    third = session_of(member)
    end_by_command(member, third.id)
    told = [
        (row["action"], row["actor"], row["subject"], row["project_id"])
        for row in reversed(member.trail())
        if not row["action"].startswith("survey_")
    ]
    one, two = member.product.project_id, other.product.project_id
    assert told == [
        ("project_created", "command", "Shop", one),
        ("login_link_made", "command", "", one),
        ("logged_in", f"session {first.id}", "", one),
        ("project_created", "command", "Shop", two),
        ("login_link_made", "command", "", two),
        ("session_ended", f"session {second.id}", str(first.id), one),
        ("logged_in", f"session {second.id}", "", two),
        ("logged_out", f"session {second.id}", "", two),
        ("login_link_made", "command", "", one),
        ("logged_in", f"session {third.id}", "", one),
        ("session_ended", "command", str(third.id), one),
    ]
    details = member.trail()[1]["details"]
    assert details == {"browser": "unknown browser", "address": "127.0.0.1"}
    said = [line.split(" ")[0] for line in caplog.messages]
    assert [one for one in said if not one.startswith("survey_")] == [row[0] for row in told[4:]]
    assert all("\n" not in line for line in caplog.messages)
    assert f"session_ended by command: '{third.id}' in project {one}" in caplog.messages[-1]


def test_the_trail_holds_no_secret(member: Member) -> None:
    link = member.link()
    member.log_in(link)
    member.log_in("wrong" + link)
    member.written()
    told = str(member.trail())
    assert link not in told
    assert token(member) not in told


def test_old_sessions_links_and_entries_are_forgotten(member: Member, clock: Clock) -> None:
    def rows() -> list[int]:
        with member.product.dependencies.store.read() as connection:
            return [
                connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
                for name in ("sessions", "login_links", "audit")
            ]

    member.written()
    assert rows() == [1, 1, 3]
    clock.forward(days=1)
    member.written()
    assert rows() == [1, 0, 3]
    assert "A link keeps the results open" in reads(member)
    clock.forward(days=7)
    member.written()
    assert rows() == [0, 0, 3]
    clock.now += audit.KEPT_FOR - timedelta(days=8)
    member.written()
    assert rows() == [0, 0, 3]
    clock.forward(days=1)
    member.written()
    assert rows() == [0, 0, 0]
