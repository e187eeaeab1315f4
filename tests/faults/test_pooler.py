"""A real pgbouncer between the servers and PostgreSQL, with fewer connections than they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest

from tests import servers
from tests.faults.calls import Caller, Reply, writes
from tests.faults.project import create_project
from tests.faults.server import serving

FEW = 3  # connections of the pooler
CLIENTS = 8
EVENTS = 320

Pooler = Callable[[str], str]


@pytest.fixture
def pooler(postgres: servers.Postgres, postgres_url: str) -> Iterator[Pooler]:
    """Start a pooler in a mode; the URL of an empty database through it."""
    with ExitStack() as until_the_end:

        def start(mode: str, size: int = FEW) -> str:
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
def test_behind_a_pooler_in_transaction_mode_nothing_fails(
    pooler: Pooler, tmp_path: Path, nodes: int
) -> None:
    url = pooler("transaction")
    settings = {"SAYSO_DATABASE_POOLER": "transaction", "SAYSO_SECRET_KEY": "k" * 32}
    with ExitStack() as until_the_end:
        running = []
        for number in range(nodes):
            place = tmp_path / str(number)
            place.mkdir()
            running.append(until_the_end.enter_context(serving(place, url, **settings)))
        project = create_project(running[0])
        callers = [Caller(server, project) for server in running]
        events = [uuid4().hex for _ in range(EVENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            every = list(zip(events, cycle(callers), strict=False))
            replies = pool.map(lambda pair: pair[1].event(pair[0]), every)
            others = [
                reply
                for reply in pool.map(_everything_else, [*callers] * CLIENTS)
                for reply in reply
            ]
            assert {reply.status for reply in replies} == {200}
        assert {reply.status // 100 for reply in others} == {2}
        assert {callers[0].status_of(event) for event in events[:20]} == {"duplicate"}
        assert callers[0].get("/readyz").status == 200
        for server in running:
            assert "Traceback" not in server.log


@pytest.mark.proof
def test_behind_a_pooler_in_session_mode_nothing_has_to_be_set(
    pooler: Pooler, tmp_path: Path
) -> None:
    with serving(tmp_path, pooler("session", size=20)) as server:
        caller = Caller(server, create_project(server))
        with ThreadPoolExecutor(CLIENTS) as pool:
            replies = pool.map(caller.event, [uuid4().hex for _ in range(EVENTS)])
            assert {reply.status for reply in replies} == {200}
        assert {reply.status // 100 for reply in _everything_else(caller)} == {2}


def _everything_else(caller: Caller) -> list[Reply]:
    """A batch, which goes to the database in one piece, and every other kind of write."""
    batch = [{"id": uuid4().hex, "name": "looked", "user_id": uuid4().hex} for _ in range(100)]
    others = writes(caller, caller.asked()).values()
    return [caller.backend("events", {"events": batch}), *(write() for write in others)]
