"""When a primary turns read-only, as after a failover, writes are 503 and reads still work. The
server recovers without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from sayso_server.dependencies import dependencies
from sayso_server.storage.database import probe
from tests import servers
from tests.product import Clock, Product, make_app, make_product

CALLS_UNTIL_HEALED = 3  # a refused write discards all connections as old as its own


@pytest.fixture
def product(migrated_postgres_url: str, tmp_path: Path) -> Iterator[Product]:
    clock = Clock()
    app = make_app(migrated_postgres_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


def writes(product: Product) -> dict[str, Any]:
    event = {"id": "e", "name": "order_completed", "user_id": "u_1"}
    survey = {"name": "another", "template": "csat", "trigger": {"event": "other"}}
    visitor = product.visitor()
    trigger = {"kind": "event", "name": "order_completed", "id": "t"}
    return {
        "events": lambda: product.call("POST", "/v1/events", {"events": [event]}),
        "a survey": lambda: product.call("POST", "/v1/surveys", survey),
        "decide": lambda: visitor.post("decide", {**visitor.who(), "trigger": trigger}),
        "ready": lambda: product.client.get("/readyz"),
    }


def test_writes_to_a_read_only_primary_are_503_until_it_recovers(
    product: Product,
    postgres: servers.Postgres,
    migrated_postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probe, "FRESH_FOR", 0.0)
    survey = product.survey()
    database = sqlalchemy.make_url(migrated_postgres_url).database
    postgres.execute(f'ALTER DATABASE "{database}" SET default_transaction_read_only = on')
    postgres.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    )
    product.call("GET", "/v1/surveys")  # notices the terminated connection

    calls = writes(product)
    for kind, call in calls.items():
        reply = call()
        assert (reply.status_code, reply.json["code"]) == (503, "unavailable"), kind
        assert reply.headers["Retry-After"], kind
    assert product.call("GET", f"/v1/surveys/{survey}").status_code == 200
    assert product.client.get("/healthz").status_code == 200

    postgres.execute(f'ALTER DATABASE "{database}" RESET default_transaction_read_only')
    replies = [calls["events"]().status_code for _ in range(CALLS_UNTIL_HEALED)]
    assert replies[-1] == 200, replies
    for kind, call in calls.items():
        assert call().status_code in {200, 201}, kind
