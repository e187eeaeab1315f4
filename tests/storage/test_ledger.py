"""Silences are gathered, written behind the requests, and each counted once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sayso_server.background import Background
from sayso_server.decision.decisions import Decision
from sayso_server.decision.reasons import Reason
from sayso_server.errors import Unavailable
from sayso_server.storage.database.tables import decisions
from tests.product import Clock, Product, make_product


def silent(product: Product) -> None:
    """A moment that asks nothing, since an event of the page does not start the survey."""
    assert product.visitor("u_1").did() is None


@pytest.fixture
def shop(product: Product) -> Product:
    product.survey(trigger={"from": "backend"})
    return product


def test_silences_of_a_day_are_counted_together(shop: Product) -> None:
    silent(shop)
    silent(shop)
    assert shop.ledger("u_1") == [("other_source", 2)]
    silent(shop)
    assert shop.ledger("u_1") == [("other_source", 3)]


def test_silences_of_two_projects_are_counted_apart(shop: Product, clock: Clock) -> None:
    other = make_product(shop.app, clock)
    other.survey(trigger={"from": "backend"})
    for project in (shop, other):
        silent(project)
    assert shop.ledger("u_1") == other.ledger("u_1") == [("other_source", 1)]


def test_silences_wait_while_the_database_is_away(
    shop: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("away")

    silent(shop)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(shop.dependencies.store, "transact", away)
        with pytest.raises(Unavailable):
            Background(shop.dependencies).run_once()
    silent(shop)
    assert shop.ledger("u_1") == [("other_source", 2)]


def test_silences_that_come_while_a_writing_fails_are_added_to_its_own(
    shop: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    silences, project, now = shop.dependencies.silences, shop.project_id, shop.clock.now
    silent(shop)
    person = UUID(shop.ok("GET", "/v1/people?user_id=u_1")["person"]["id"])
    survey = UUID(shop.ok("GET", "/v1/surveys")["surveys"][0]["id"])
    silent(shop)

    def away(*_: object) -> None:
        silences.note(project, person, [Decision(survey, Reason.OTHER_SOURCE)], now)
        raise Unavailable("away")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(shop.dependencies.store, "transact", away)
        with pytest.raises(Unavailable):
            silences.flush(shop.dependencies.store, now)
    assert shop.ledger("u_1") == [("other_source", 3)]


def test_silences_of_another_project_are_not_written_twice_when_one_fails(
    shop: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_product(shop.app, clock)
    other.survey(trigger={"from": "backend"})
    for project in (shop, other):
        silent(project)
    written: list[object] = []
    transact = shop.dependencies.store.transact

    def away_after_the_first(project: object, *work: Any) -> Any:
        if written:
            raise Unavailable("away")
        written.append(project)
        return transact(project, *work)  # type: ignore[arg-type]  # passed through

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(shop.dependencies.store, "transact", away_after_the_first)
        with pytest.raises(Unavailable):
            shop.dependencies.silences.flush(shop.dependencies.store, clock.now)
    assert len(written) == 1
    assert shop.ledger("u_1") == other.ledger("u_1") == [("other_source", 1)]


def test_a_worker_that_ends_writes_its_silences(shop: Product) -> None:
    silent(shop)
    Background(shop.dependencies).stop()
    with shop.dependencies.store.read() as connection:
        assert connection.execute(select(decisions.c.count)).scalars().all() == [1]
