"""The server still responds when it cannot write its log: to a full disk, an unread pipe or a
closed descriptor. Each failing call writes a stack trace. `tests/test_output.py` is the short form.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy

from demo.sayso_command import SAYSO
from tests.faults.calls import Caller
from tests.faults.project import create_project
from tests.faults.server import Server, serving, wait_until

MORE_THAN_A_PIPE_HOLDS = 60  # stack traces

Log = Callable[[Path], Path]


def _full(_folder: Path) -> Path:
    return Path("/dev/full")


def _unread_pipe(folder: Path) -> Path:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # opening for writing requires a reader
    return pipe


@pytest.mark.proof
@pytest.mark.parametrize("log", [_full, _unread_pipe], ids=["full-disk", "unread-pipe"])
def test_the_server_responds_when_the_log_accepts_nothing(
    migrated_sqlite_url: str, tmp_path: Path, log: Log
) -> None:
    with serving(tmp_path, migrated_sqlite_url, log=log(tmp_path)) as server:
        caller = Caller(server, create_project(server))
        _fail_again_and_again(caller, migrated_sqlite_url)
        assert caller.event(uuid4().hex).status == 200
        wait_until(
            lambda: caller.get("/readyz").content == {"status": "ok", "degraded": ["log"]},
            lambda: str(caller.get("/readyz")),
        )


@pytest.mark.proof
def test_the_server_responds_when_its_standard_streams_are_closed(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    with _without_streams(tmp_path, migrated_sqlite_url) as server:
        caller = Caller(server, create_project(server))
        _fail_again_and_again(caller, migrated_sqlite_url)
        assert caller.event(uuid4().hex).status == 200
        for number in (0, 1, 2):
            opened = Path(f"/proc/{server.worker}/fd/{number}").readlink()
            assert opened == Path("/dev/null")


@contextmanager
def _without_streams(folder: Path, url: str) -> Iterator[Server]:
    command = folder / "sayso"
    command.write_text(f'#!/bin/sh\nexec {SAYSO} "$@" 0<&- 1>&- 2>&-\n')
    command.chmod(0o755)
    with serving(folder, url, command=str(command)) as server:
        yield server


def _fail_again_and_again(caller: Caller, url: str) -> None:
    """Calls that fail inside the server, so each logs a stack trace."""
    with closing(sqlalchemy.create_engine(url).connect()) as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO elsewhere")
        connection.commit()
        for _ in range(MORE_THAN_A_PIPE_HOLDS):
            assert caller.event(uuid4().hex).status == 500
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO events")
        connection.commit()
