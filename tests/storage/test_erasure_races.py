"""An erasure while another worker writes about the person. Runs only on PostgreSQL, since SQLite
has one writer and one process."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sayso_server.background import Background
from sayso_server.dependencies import Dependencies, dependencies
from tests.lively_person import erase, get
from tests.product import Clock, Product, make_app, make_product
from tests.storage.test_erasure import left

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def product(migrated_postgres_url: str, tmp_path: Path, clock: Clock) -> Iterator[Product]:
    app = make_app(migrated_postgres_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


@pytest.fixture
def elsewhere(
    product: Product, migrated_postgres_url: str, tmp_path: Path, clock: Clock
) -> Iterator[Product]:
    """The same project on another worker."""
    app = make_app(migrated_postgres_url, tmp_path, clock)
    yield replace(product, app=app)
    dependencies(app).store.engine.dispose()


def erase_before_the_commit(
    product: Product,
    elsewhere: Dependencies,
    work: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    **who: str,
) -> None:
    """Erases u_1 (or `who`) while `work` on the other worker has written but not committed."""
    transact = elsewhere.store.transact
    written, go_on = threading.Event(), threading.Event()

    def slowly(project: Any, now: Any, inner: Callable[..., Any], *more: Any) -> Any:
        def wait(tx: Any) -> Any:
            value = inner(tx)
            written.set()
            go_on.wait(30)
            return value

        return transact(project, now, wait, *more)

    monkeypatch.setattr(elsewhere.store, "transact", slowly)
    with ThreadPoolExecutor(2) as threads:
        working = threads.submit(work)
        written.wait(30)
        erasing = threads.submit(lambda: erase(product, **who or {"user_id": "u_1"}))
        while not erasing.done() and not _waits(product):
            pass
        go_on.set()
        working.result()
        assert erasing.result() == 204


def _waits(product: Product) -> bool:
    with product.dependencies.store.read() as connection:
        return bool(connection.execute(WAITS).scalar_one())


def test_an_uncommitted_answer_is_erased_too(
    product: Product, elsewhere: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    there = elsewhere.visitor("u_1")
    erase_before_the_commit(
        product,
        elsewhere.dependencies,
        lambda: there.answer(invitation, ("comment", "mine-alone"), complete=True),
        monkeypatch,
    )
    assert left(product, ["mine-alone", "'u_1'", visitor.id]) == []


@pytest.mark.parametrize("moment", ["an event", "a silence"])
def test_an_uncommitted_event_or_silence_is_erased_too(
    product: Product, elsewhere: Product, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    product.survey(trigger={"from": "backend"})
    product.track("u_1", "viewed")
    person = get(product, user_id="u_1").json["person"]["id"]
    there = elsewhere.visitor("u_1")
    if moment == "a silence":
        there.did()

    def work() -> None:
        if moment == "an event":
            elsewhere.track("u_1", "viewed", properties={"what": "mine-alone"})
        else:
            elsewhere.dependencies.silences.flush(elsewhere.dependencies.store, elsewhere.clock.now)

    erase_before_the_commit(product, elsewhere.dependencies, work, monkeypatch)
    assert left(product, ["mine-alone", "'u_1'", there.id, person]) == []


def test_erasing_a_visitor_during_a_merge_erases_the_user(
    product: Product, elsewhere: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.survey()
    product.track("u_1", "viewed")
    visitor = product.visitor()
    visitor.did(properties={"what": "mine-alone"})
    there = elsewhere.visitor("u_1")
    there.id = visitor.id
    erase_before_the_commit(
        product,
        elsewhere.dependencies,
        lambda: there.ok("identify", there.who()),
        monkeypatch,
        anonymous_id=visitor.id,
    )
    assert left(product, ["mine-alone", "'u_1'", visitor.id]) == []


def test_a_silence_about_a_locked_person_is_written_on_the_next_run(
    product: Product, elsewhere: Product
) -> None:
    product.survey(trigger={"from": "backend"})
    product.track("u_1", "viewed")
    assert product.visitor("u_1").did() is None
    with elsewhere.dependencies.store.engine.begin() as connection:
        connection.execute(text("SELECT * FROM people FOR UPDATE"))
        Background(product.dependencies).run_once()
        assert get(elsewhere, user_id="u_1").json["person"]["decisions"] == []
    assert product.ledger("u_1") == [("other_source", 1)]
