"""A program that kills a greenlet while it waits for a shared commit or leads one.

    python -m tests.storage.ended_greenlets FOLDER

Write 0 commits alone. Writes 1, 2 and 3 then share the next commit, which 1 leads. The program
kills 1: as a `follower` that waits; when `chosen` to lead but not started; as a `leader` before
its commit begins; while `syncing` that commit. Prints JSON: for each case the outcome of every
write ("hangs" if it never returns) and the stored rows.
"""

# ruff: noqa: E402, T201  # the patch must come first; a program prints
from gevent import monkey

monkey.patch_all()

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

import gevent
from sqlalchemy import Connection, create_engine

from sayso_server import serve
from sayso_server.storage.database.store import Store

PATIENCE = 10.0  # seconds
in_a_thread = serve._offload()
real_sleep = monkey.get_original("time", "sleep")


class Ended(BaseException):
    """Kills a greenlet, like gevent's own Timeout and GreenletExit."""


class Writes:
    """The four writes, on one store."""

    def __init__(self, file: Path, who: str) -> None:
        self._who = who
        self._commits = 0
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        self.store = Store(engine, b"key", self._offload)
        self.all = [gevent.spawn(self._outcome, n) for n in range(4)]

    def _offload(self, commit: Callable[[], None]) -> None:
        self._commits += 1
        if self._commits == 1:
            self._first(commit)
        elif self._who == "leader":
            raise Ended
        elif self._who == "syncing":
            gevent.spawn_later(0.05, self._end)
            in_a_thread(partial(_slowly, commit))
        else:
            in_a_thread(commit)

    def _first(self, commit: Callable[[], None]) -> None:
        while self.store.queued_writes < 3:
            sleep(0)
        if self._who == "follower":
            self._end()
            sleep(0.01)
        in_a_thread(commit)
        if self._who == "chosen":
            self._end()  # it is killed after it was chosen and before it begins

    def _end(self) -> None:
        self.all[1].kill(Ended, block=False)

    def _outcome(self, n: int) -> Any:
        def work(connection: Connection) -> int:
            connection.exec_driver_sql(f"INSERT INTO t VALUES ({n})")
            return n

        try:
            return self.store.write(work)
        except BaseException as error:  # noqa: BLE001  # the outcome to record
            return type(error).__name__


def _slowly(commit: Callable[[], None]) -> None:
    real_sleep(0.2)
    commit()


def outcome(file: Path, who: str) -> dict[str, Any]:
    writes = Writes(file, who)
    gevent.joinall(writes.all, timeout=PATIENCE)
    said = [one.value if one.ready() else "hangs" for one in writes.all]
    with writes.store.read() as connection:
        stored = sorted(connection.exec_driver_sql("SELECT n FROM t").scalars())
    return {"said": said, "stored": stored}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    cases = ("follower", "chosen", "leader", "syncing")
    print(json.dumps({who: outcome(folder / who, who) for who in cases}))
