"""Whether the process lives, whether it can do its work, and what does not work beside that."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sayso_server.background import Background
from sayso_server.live.hub import Hub, Message
from sayso_server.storage.database import probe
from sayso_server.storage.database.tables import due_work
from tests.product import Clock, Product, make_app
from tests.statements import Statements, statements

__all__ = ["statements"]

SOUND = {"status": "ok", "degraded": []}
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question writes."""
    monkeypatch.setattr(probe, "FRESH_FOR", 0.0)


def test_a_server_with_its_database_lives_and_is_ready(product: Product) -> None:
    assert product.client.get("/healthz").json == {"status": "ok"}
    assert product.client.get("/readyz").json == SOUND


def test_without_its_database_a_server_lives_and_is_not_ready(tmp_path: Path, clock: Clock) -> None:
    client = make_app("postgresql://nobody@127.0.0.1:1/none", tmp_path, clock).test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["code"] == "unavailable"
    assert response.headers["Retry-After"] == "2"


REFUSING = {
    "sqlite": "CREATE TRIGGER no BEFORE INSERT ON due_work BEGIN SELECT RAISE(ABORT, 'no'); END",
    "postgresql": "ALTER TABLE due_work ADD CONSTRAINT no CHECK (kind <> 'probe')",
}


def test_a_database_that_can_only_be_read_is_not_ready(product: Product) -> None:
    store = product.dependencies.store
    refuse = REFUSING[store.engine.dialect.name]
    store.write(lambda connection: connection.execute(text(refuse)))
    assert product.client.get("/readyz").status_code == 503
    assert product.client.get("/healthz").status_code == 200
    assert product.call("GET", "/v1/surveys").status_code == 200


def test_asking_leaves_nothing_behind(product: Product) -> None:
    for _ in range(3):
        product.client.get("/readyz")
    with product.dependencies.store.read() as connection:
        assert connection.execute(due_work.select()).all() == []


def test_however_many_ask_the_database_is_written_once_a_second(
    product: Product, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "FRESH_FOR", 3_600.0)
    with statements() as seen:
        for _ in range(20):
            product.client.get("/readyz")
    assert len([one for one in seen if one.startswith("INSERT")]) == 1


def test_what_is_away_beside_the_database_is_named_and_costs_no_answer(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    client = make_app(migrated_sqlite_url, tmp_path, clock, redis_url=NOWHERE).test_client()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"status": "ok", "degraded": ["redis"]}


def test_a_process_that_hears_of_no_other_is_degraded(product: Product) -> None:
    class Deaf:
        down = True

        def publish(self, _message: Message) -> None:
            """To nobody."""

    product.dependencies.hub.use(Deaf())
    assert product.client.get("/readyz").json == {"status": "ok", "degraded": ["redis"]}
    assert not Hub().bus_down


def test_work_behind_the_requests_that_fails_is_named_until_it_succeeds(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    background, silences = Background(product.dependencies), product.dependencies.silences

    def fail(*_: Any) -> None:
        raise RuntimeError("no luck")

    with monkeypatch.context() as broken:
        broken.setattr(type(silences), "flush", fail)
        background.run_round()
        assert product.client.get("/readyz").json == {"status": "ok", "degraded": ["background"]}
    background.run_round()
    assert product.client.get("/readyz").json == SOUND
