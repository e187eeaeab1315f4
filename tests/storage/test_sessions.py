"""Rows for sessions, login links and refused log-ins, on both databases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from sayso_server.errors import Unavailable
from sayso_server.storage.members import login_links, sessions
from sayso_server.storage.members.refused_logins import ADDRESSES, OTHERS, RefusedLogins
from sayso_server.storage.members.sessions import Session
from sayso_server.storage.projects import audit
from tests.product import Clock, Product, make_app, make_product


def begin(product: Product) -> tuple[Session, str]:
    def work(connection: Connection) -> tuple[Session, str]:
        now = product.clock.now
        link = login_links.create(connection, product.project_id, audit.COMMAND, now)
        assert login_links.project_of(connection, link, now) == "Shop"
        token = sessions.log_in(connection, link, now, browser="a browser", address="::1")
        assert token
        assert login_links.project_of(connection, link, now) is None
        found = sessions.find(connection, token)
        assert found
        return found, token

    return product.dependencies.store.write(work)


def refusals(connection: Connection) -> list[Mapping[str, Any]]:
    """The audit rows about refused log-ins."""
    return [row for row in audit.latest(connection, None) if row["action"] == "login_refused"]


def test_a_session_starts_is_used_and_ends_once(product: Product, clock: Clock) -> None:
    store = product.dependencies.store
    session, token = begin(product)
    other, _ = begin(make_product(product.app, clock))
    clock.forward(minutes=5)
    store.write(lambda c: sessions.note_seen(c, session, clock.now))
    with store.read() as connection:
        mine = list(sessions.open_sessions(connection, product.project_id, clock.now))
        everybodys = [one.id for one in sessions.open_sessions(connection, None, clock.now)]
    assert [(one.id, one.last_seen_at, one.browser) for one in mine] == [
        (session.id, clock.now, "a browser")
    ]
    assert everybodys == [session.id, other.id]
    for expected in (True, False):
        ended = store.write(lambda c: sessions.end(c, session.id, audit.COMMAND, clock.now))
        assert ended is expected
    with store.read() as connection:
        found = sessions.find(connection, token)
    assert found is not None
    assert found.ended_at == clock.now
    clock.forward(days=20)
    for prune in (sessions.prune, login_links.prune, audit.prune):
        store.write(lambda c, prune=prune: prune(c, clock.now))  # type: ignore[misc]  # lambda with a default
    with store.read() as connection:
        assert sessions.find(connection, token) is None
        assert [row["action"] for row in audit.latest(connection, product.project_id)] == [
            "session_ended",
            "logged_in",
            "login_link_made",
            "project_created",
        ]
        assert audit.latest(connection, None, since=clock.now) == []
        assert len(audit.latest(connection, None, 2)) == 2


def test_refused_log_ins_add_a_bounded_number_of_audit_rows_an_hour(
    product: Product, clock: Clock
) -> None:
    refused, store = RefusedLogins(), product.dependencies.store
    for round_ in range(3):
        for number in range(ADDRESSES * 3):
            refused.note(f"10.0.{round_}.{number}", clock.now)
            refused.note("10.9.9.9", clock.now)
        refused.flush(store, clock.now)
        clock.forward(minutes=1)
    with store.read() as connection:
        rows = refusals(connection)
    assert len(rows) == ADDRESSES + 1
    times = {row["subject"]: row["details"]["times"] for row in rows}
    assert times["10.9.9.9"] == ADDRESSES * 9
    assert times[OTHERS] == ADDRESSES * 9 - (ADDRESSES - 1)
    assert sum(times.values()) == ADDRESSES * 18


@pytest.fixture
def sqlite_product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


def test_refusals_are_kept_while_the_database_is_unavailable(
    sqlite_product: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("away")

    refused, store = RefusedLogins(), sqlite_product.dependencies.store
    refused.note("::1", clock.now)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "write", away)
        with pytest.raises(Unavailable):
            refused.flush(store, clock.now)
    clock.forward(hours=2)
    refused.flush(store, clock.now)
    refused.flush(store, clock.now)
    with store.read() as connection:
        (row,) = refusals(connection)
    assert (row["subject"], row["details"], row["at"].hour) == ("::1", {"times": 1}, 12)
