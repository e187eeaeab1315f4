"""Old rows are removed in batches, each in its own transaction."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from sayso_server.background import Background
from sayso_server.storage.database import removing
from sayso_server.storage.database.tables import decisions
from sayso_server.storage.decisions import ledger
from tests.product import NOON, Product

PEOPLE = 7


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "BATCH", 3)


def ask_people(product: Product) -> None:
    product.survey()
    for person in range(PEOPLE):
        product.track(f"u_{person}")
    Background(product.dependencies).run_once()


def old_rows(product: Product) -> int:
    query = select(func.count()).select_from(decisions).where(decisions.c.day <= NOON.date())
    with product.dependencies.store.read() as connection:
        return connection.execute(query).scalar_one()


def test_one_transaction_removes_at_most_a_batch(product: Product) -> None:
    ask_people(product)
    tomorrow = (product.clock.now + timedelta(days=1)).date()
    old = partial(ledger.prune, project_id=product.project_id, before=tomorrow)
    assert [product.dependencies.store.write(old) for _ in range(4)] == [3, 3, 1, 0]


def test_one_background_run_removes_every_old_row(product: Product) -> None:
    product.ok("PUT", "/v1/policy", {"decisions_kept_days": 30})
    ask_people(product)
    assert old_rows(product) == PEOPLE
    product.clock.forward(days=31)
    Background(product.dependencies).run_once()
    assert old_rows(product) == 0


@pytest.mark.parametrize("stop_after", [1, 2])
def test_removal_stops_after_a_batch_when_the_process_ends(
    product: Product, stop_after: int
) -> None:
    done: list[int] = []

    def remove(_connection: Connection) -> int:
        done.append(1)
        return 1

    removing.remove_all(product.dependencies.store, remove, lambda: len(done) == stop_after)
    assert len(done) == stop_after
