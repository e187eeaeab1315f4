"""Every count is folded into the rollups, also after failures."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from sayso_server import background
from sayso_server.background import Background
from sayso_server.dependencies import dependencies
from sayso_server.errors import Unavailable
from sayso_server.storage.counts import count_deltas
from sayso_server.storage.database import tables
from sayso_server.storage.projects import projects
from tests.product import Clock, Product, make_app, make_product

T = TypeVar("T")


def unfolded(product: Product) -> int:
    with product.dependencies.store.read() as connection:
        return len(connection.execute(select(tables.tail)).all())


def dismiss(product: Product) -> None:
    """Adds two counts: shown and dismissed."""
    visitor = product.visitor()
    visitor.state(visitor.did()["invitation"], "dismissed")


def test_a_long_tail_is_folded_in_batches(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count_deltas, "FOLD", 3)
    survey = product.survey()
    dismiss(product)
    dismiss(product)
    left = []
    for _ in range(3):
        Background(product.dependencies).run_once()
        left.append(unfolded(product))
    assert left == [1, 0, 0]
    assert product.report(survey)["counts"]["dismissed"] == 2


def test_failed_folding_is_retried(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Unavailable("away")

    product.survey()
    dismiss(product)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(product.dependencies.store, "transact", away)
        with pytest.raises(Unavailable):
            Background(product.dependencies).run_once()
    Background(product.dependencies).run_once()
    assert unfolded(product) == 0


def test_one_projects_tail_is_folded_into_its_own_rollups(product: Product, clock: Clock) -> None:
    other = make_product(product.app, clock)
    surveys = [(shop, shop.survey()) for shop in (product, other)]
    for shop, _ in surveys:
        dismiss(shop)
    product.dependencies.folding.fold(product.dependencies.store, clock.now)
    for shop, survey in surveys:
        assert shop.report(survey)["counts"]["dismissed"] == 1


def failing_once(work: Callable[..., T]) -> Callable[..., T]:
    failures = iter([ZeroDivisionError()])

    def run(*arguments: object) -> T:
        for failure in failures:
            raise failure
        return work(*arguments)

    return run


def test_a_new_process_folds_the_remaining_tail_and_continues_after_a_failure(
    product: Product, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.survey()
    dismiss(product)
    monkeypatch.setattr(background, "PAUSE", 0.01)
    url = product.dependencies.store.engine.url.render_as_string(hide_password=False)
    found = dependencies(make_app(url, tmp_path, clock))
    monkeypatch.setattr(found.silences, "flush", failing_once(found.silences.flush))
    monkeypatch.setattr(projects, "all_of", failing_once(projects.all_of))
    loop = Background(found)
    loop.start()
    for _ in range(1_000):
        if unfolded(product) == 0:
            break
        time.sleep(0.01)
    loop.stop()
    found.store.engine.dispose()
    assert unfolded(product) == 0
