"""A program: a greenlet is ended while it waits for a shared commit, or leads one.

    python -m tests.storage.ended_greenlets FOLDER

Write 0 commits alone, while 1, 2 and 3 come to share the next commit, which 1 leads. Then 1 is
ended: as a `follower` while it waits; `chosen` to lead when it has not begun; as a `leader` before
its commit begins; while `syncing` that commit. Prints for each what the writes came to ("hangs" for
one that waits for ever) and what is stored, as JSON.
"""

# ruff: noqa: E402, T201  # the patch comes before all else; a program prints
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
    """What ends a greenlet, as gevent's own Timeout and GreenletExit do."""


class Writes:
    """The four, on one store."""

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
            self._end()  # it hears of that after it was chosen, before it begins

    def _end(self) -> None:
        self.all[1].kill(Ended, block=False)

    def _outcome(self, n: int) -> Any:
        def work(connection: Connection) -> int:
            connection.exec_driver_sql(f"INSERT INTO t VALUES ({n})")
            return n

        try:
            return self.store.write(work)
        except BaseException as error:  # noqa: BLE001  # that is what is looked at
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
