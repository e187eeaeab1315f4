"""Silences are buffered, written in the background, and counted once each."""

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
    """A silence: only backend events start the survey, and this event is from the page."""
    assert product.visitor("u_1").did() is None


@pytest.fixture
def shop(product: Product) -> Product:
    product.survey(trigger={"from": "backend"})
    return product


def test_silences_on_one_day_are_counted_together(shop: Product) -> None:
    silent(shop)
    silent(shop)
    assert shop.ledger("u_1") == [("other_source", 2)]
    silent(shop)
    assert shop.ledger("u_1") == [("other_source", 3)]


def test_silences_in_two_projects_are_counted_separately(shop: Product, clock: Clock) -> None:
    other = make_product(shop.app, clock)
    other.survey(trigger={"from": "backend"})
    for project in (shop, other):
        silent(project)
    assert shop.ledger("u_1") == other.ledger("u_1") == [("other_source", 1)]


def test_silences_are_kept_while_the_database_is_unavailable(
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


def test_silences_noted_during_a_failed_flush_are_added_to_its_counts(
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


def test_a_failure_in_one_project_does_not_write_the_others_silences_twice(
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


def test_a_stopping_worker_writes_its_silences(shop: Product) -> None:
    silent(shop)
    Background(shop.dependencies).stop()
    with shop.dependencies.store.read() as connection:
        assert connection.execute(select(decisions.c.count)).scalars().all() == [1]
