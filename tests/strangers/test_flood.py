"""A stranger floods a real server with default limits while honest visitors use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sayso.identity import IdentitySecret
from sayso_server.limit_table import LIMITS
from tests.faults.project import Project, create_project
from tests.faults.server import Server, serving
from tests.strangers.flood import attacked, honest_visits, requests_of_every_route

WORST = 3.0  # times the p95 without a flood
QUIET_SECONDS, FLOOD_SECONDS = 15.0, 60.0
SHORT_SECONDS = 3.0
REFUSED_AT_LEAST = 500  # in the long form; a refused caller waits three seconds
BEHIND_A_PROXY = {"SAYSO_TRUSTED_PROXIES": "1"}  # gives each honest visitor its own address
USUAL: Any = {limit.setting: str(limit.default) for limit in LIMITS.values()} | BEHIND_A_PROXY

Report = Callable[[str], None]


@pytest.fixture
def server(migrated_database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, migrated_database_url, **USUAL) as running:
        yield running


@pytest.fixture
def project(server: Server) -> Project:
    return create_project(server)


@pytest.mark.proof
def test_a_flood_at_most_triples_the_p95_for_honest_visitors(
    server: Server, project: Project, record_property: Callable[[str, object], None]
) -> None:
    honest_visits(server, project, 2.0)  # warm-up
    quiet = honest_visits(server, project, QUIET_SECONDS)
    with attacked(server, project, FLOOD_SECONDS) as answered:
        flooded = honest_visits(server, project, FLOOD_SECONDS)
    figures = f"p95 quiet {quiet.p95:.4f} s, flooded {flooded.p95:.4f} s; stranger {answered}"
    record_property("figures", figures)
    assert set(flooded.statuses) == {200}
    assert answered["429"] > REFUSED_AT_LEAST
    assert flooded.p95 <= WORST * quiet.p95, figures


def test_every_honest_visitor_is_served_while_one_address_is_refused(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, migrated_sqlite_url, **USUAL) as server:
        project = create_project(server)
        with attacked(server, project, SHORT_SECONDS) as answered:
            seen = honest_visits(server, project, SHORT_SECONDS)
    assert set(seen.statuses) == {200}
    assert answered["429"] > 0
    assert "Traceback" not in server.log


def test_the_flood_covers_every_route() -> None:
    project = Project(uuid4(), "pk_x", "sk_x", IdentitySecret("kid", b"secret"))
    requests = list(requests_of_every_route(project))
    called = {request.partition(" HTTP/")[0].partition("?")[0] for request in requests}
    for route in ("GET /docs", "GET /results", "POST /login", "GET /healthz", "POST /v1/events"):
        assert route in called
    assert len(called) > 100
