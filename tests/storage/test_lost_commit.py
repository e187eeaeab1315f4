"""When a connection breaks around a commit, a write that may be stored is never "not stored"."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from sayso_server.errors import OutcomeUnknown, Unavailable
from sayso_server.storage.database.store import Store

PIECE = 65_536


class Line:
    """Proxies between client and PostgreSQL until the client sends `fatal`. Then it disconnects:
    after PostgreSQL's reply if `heard`, else before it forwards the message."""

    def __init__(self, host: str, port: int) -> None:
        self.fatal: bytes | None = None
        self.heard = True
        self._to = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # a socket was closed
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._to)
                broken = threading.Event()
                for way in (self._requests, self._replies):
                    threading.Thread(target=way, args=(client, server, broken), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, broken: Any) -> None:
        with suppress(OSError), closing(server):
            while said := client.recv(PIECE):
                if self.fatal is not None and self.fatal in said:
                    self.fatal = None
                    broken.set()
                    if not self.heard:
                        client.close()
                        return
                server.sendall(said)

    def _replies(self, client: socket.socket, server: socket.socket, broken: Any) -> None:
        with suppress(OSError), closing(client):
            while (said := server.recv(PIECE)) and not broken.is_set():
                client.sendall(said)
            client.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def stores(postgres: Any) -> Iterator[tuple[Line, Store, Store]]:
    """The line, a store that connects through it, and a store that connects directly."""
    with postgres.database() as url:
        at = make_url(url)
        with closing(Line(str(at.host or "127.0.0.1"), int(at.port or 5432))) as line:
            over = Store(create_engine(at.set(host="127.0.0.1", port=line.port)), b"key")
            beside = Store(create_engine(url), b"key")
            beside.write(lambda c: c.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)")))
            yield line, over, beside
            over.engine.dispose()
            beside.engine.dispose()


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING"))


def count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM t")).scalar_one())


def test_a_commit_with_a_lost_reply_is_unknown_and_can_be_retried(
    stores: tuple[Line, Store, Store],
) -> None:
    line, over, beside = stores
    line.fatal = b"COMMIT"
    with pytest.raises(OutcomeUnknown, match="may be stored or not") as lost:
        over.write(add)
    assert (lost.value.status, lost.value.code) == (503, "outcome_unknown")
    assert lost.value.retry_after
    assert count(beside) == 1
    over.write(add)
    assert count(beside) == 1


@pytest.mark.parametrize("fatal", [b"INSERT", b"COMMIT"])
def test_only_a_break_before_the_commit_means_not_stored(
    stores: tuple[Line, Store, Store], fatal: bytes
) -> None:
    line, over, beside = stores
    line.fatal, line.heard = fatal, False
    with pytest.raises(Unavailable) as lost:
        over.write(add)
    # The client cannot see whether PostgreSQL received the commit.
    assert lost.type is (OutcomeUnknown if fatal == b"COMMIT" else Unavailable)
    assert count(beside) == 0


def test_a_commit_that_the_database_refuses_is_not_stored(
    stores: tuple[Line, Store, Store],
) -> None:
    _, over, beside = stores
    deferred = (
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '40001'; END $$;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION late()"
    )
    beside.write(lambda connection: connection.exec_driver_sql(deferred))
    with pytest.raises(Unavailable, match="Nothing was stored") as refused:
        over.write(add)
    assert refused.type is Unavailable
    assert count(beside) == 0
