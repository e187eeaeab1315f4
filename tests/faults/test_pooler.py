"""A real pgbouncer between servers and PostgreSQL, with fewer connections than the servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain, cycle
from pathlib import Path
from uuid import uuid4

import pytest

from tests import servers
from tests.faults.calls import Caller, Reply, writes
from tests.faults.project import create_project
from tests.faults.server import serving

FEW, MANY = 3, 20  # the pooler's connections; in session mode each client keeps one
CLIENTS = 8
EVENTS = 320

Pooler = Callable[[str, int], str]


@pytest.fixture
def pooler(postgres: servers.Postgres, postgres_url: str) -> Iterator[Pooler]:
    """Starts a pooler in a mode; returns the URL of an empty database through it."""
    with ExitStack() as until_the_end:

        def start(mode: str, size: int) -> str:
            try:
                running = servers.pgbouncer(postgres.port, mode, size)
                port = until_the_end.enter_context(running)
            except servers.ServerUnavailable as error:
                pytest.skip(f"pooler: {error}")
            return postgres_url.replace(str(postgres.port), str(port))

        yield start


@pytest.mark.parametrize(
    "nodes", [1, pytest.param(2, marks=pytest.mark.proof)], ids=["one-node", "two-nodes"]
)
def test_every_call_succeeds_behind_a_transaction_pooler(
    pooler: Pooler, tmp_path: Path, nodes: int
) -> None:
    url = pooler("transaction", FEW)
    with ExitStack() as until_the_end:
        running = []
        for number in range(nodes):
            place = tmp_path / str(number)
            place.mkdir()
            node = serving(
                place, url, SAYSO_DATABASE_POOLER="transaction", SAYSO_SECRET_KEY="k" * 32
            )
            running.append(until_the_end.enter_context(node))
        project = create_project(running[0])
        callers = [Caller(server, project) for server in running]
        events = [uuid4().hex for _ in range(EVENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            replies = list(pool.map(Caller.event, cycle(callers), events))
            others = list(chain.from_iterable(pool.map(_everything_else, callers * CLIENTS)))
        assert {reply.status for reply in replies} == {200}
        assert {reply.status // 100 for reply in others} == {2}
        assert {callers[0].status_of(event) for event in events[:20]} == {"duplicate"}
        assert callers[0].get("/readyz").status == 200
        for server in running:
            assert "Traceback" not in server.log


@pytest.mark.proof
def test_a_session_pooler_needs_no_setting(pooler: Pooler, tmp_path: Path) -> None:
    with serving(tmp_path, pooler("session", MANY)) as server:
        caller = Caller(server, create_project(server))
        with ThreadPoolExecutor(CLIENTS) as pool:
            replies = pool.map(caller.event, [uuid4().hex for _ in range(EVENTS)])
            assert {reply.status for reply in replies} == {200}
        assert {reply.status // 100 for reply in _everything_else(caller)} == {2}


def _everything_else(caller: Caller) -> list[Reply]:
    """Sends a large batch and every other kind of write."""
    batch = [{"id": uuid4().hex, "name": "looked", "user_id": uuid4().hex} for _ in range(100)]
    others = writes(caller, caller.asked()).values()
    return [caller.backend("events", {"events": batch}), *(write() for write in others)]
