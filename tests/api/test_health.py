"""Liveness, readiness and the list of degraded parts."""

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
    """Turns off the cache, so every readiness check writes."""
    monkeypatch.setattr(probe, "FRESH_FOR", 0.0)


def test_a_server_with_its_database_is_live_and_ready(product: Product) -> None:
    assert product.client.get("/healthz").json == {"status": "ok"}
    assert product.client.get("/readyz").json == SOUND


def test_a_server_without_its_database_is_live_and_not_ready(tmp_path: Path, clock: Clock) -> None:
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


def test_a_server_with_a_read_only_database_is_not_ready(product: Product) -> None:
    store = product.dependencies.store
    refuse = REFUSING[store.engine.dialect.name]
    store.write(lambda connection: connection.execute(text(refuse)))
    assert product.client.get("/readyz").status_code == 503
    assert product.client.get("/healthz").status_code == 200
    assert product.call("GET", "/v1/surveys").status_code == 200


def test_a_readiness_check_leaves_no_row(product: Product) -> None:
    for _ in range(3):
        product.client.get("/readyz")
    with product.dependencies.store.read() as connection:
        assert connection.execute(due_work.select()).all() == []


def test_many_readiness_checks_write_once_while_the_result_is_fresh(
    product: Product, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "FRESH_FOR", 3_600.0)
    with statements() as seen:
        for _ in range(20):
            product.client.get("/readyz")
    assert len([one for one in seen if one.startswith("INSERT")]) == 1


def test_an_unreachable_redis_is_degraded_and_still_ready(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    client = make_app(migrated_sqlite_url, tmp_path, clock, redis_url=NOWHERE).test_client()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"status": "ok", "degraded": ["redis"]}


def test_a_process_whose_bus_is_down_is_degraded(product: Product) -> None:
    class Deaf:
        down = True

        def publish(self, _message: Message) -> None:
            """Publishes nothing."""

    product.dependencies.hub.use(Deaf())
    assert product.client.get("/readyz").json == {"status": "ok", "degraded": ["redis"]}
    assert not Hub().bus_down


def test_failing_background_work_is_degraded_until_it_succeeds(
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
