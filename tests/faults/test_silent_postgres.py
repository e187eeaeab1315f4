"""When PostgreSQL's connections go silent, calls are refused in time and the server recovers by
itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from tests import servers
from tests.faults.calls import Caller, writes
from tests.faults.project import create_project
from tests.faults.server import serving, wait_until
from tests.faults.silent_proxy import silent_proxy

AT_ONCE = 12  # more than the server's connections


@pytest.mark.parametrize(
    ("requests", "new"),
    [
        pytest.param(False, False, id="answers-get-lost"),
        pytest.param(True, False, id="open-connections", marks=pytest.mark.proof),
        pytest.param(True, True, id="new-ones-too", marks=pytest.mark.proof),
    ],
)
def test_a_silent_database_is_503_until_it_recovers(
    postgres: servers.Postgres,
    migrated_postgres_url: str,
    tmp_path: Path,
    requests: bool,
    new: bool,
) -> None:
    with silent_proxy(postgres.port) as proxy:
        url = migrated_postgres_url.replace(str(postgres.port), str(proxy.port))
        with serving(tmp_path, url, SAYSO_DATABASE_TIMEOUT="1") as server:
            caller = Caller(server, create_project(server))
            kinds = writes(caller, caller.asked())
            stored = [uuid4().hex for _ in range(5)]
            assert {caller.event(event).status for event in stored} == {200}

            proxy.silence(requests=requests, new=new)
            events = [uuid4().hex for _ in range(AT_ONCE)]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                replies = dict(zip(events, pool.map(caller.event, events), strict=True))
            assert any(reply.try_again for reply in replies.values())
            assert all(reply.try_again or reply.status == 200 for reply in replies.values())
            assert caller.get("/healthz").status == 200
            if new:
                assert caller.get("/readyz").try_again
                assert all(write().try_again for write in kinds.values())

            proxy.speak()
            wait_until(lambda: caller.get("/readyz").status == 200, lambda: server.log)
            stored += [event for event, reply in replies.items() if reply.status == 200]
            assert {caller.status_of(event) for event in stored} == {"duplicate"}
            for kind, write in kinds.items():
                assert write().status in {200, 201}, kind
            assert "Traceback" not in server.log
