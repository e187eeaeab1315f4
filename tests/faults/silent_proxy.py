"""A proxy between a server and its PostgreSQL that goes silent: nothing arrives, but no connection
is closed. This happens after a failover, behind a stateful firewall, or with a dead pooler."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SilentProxy:
    """Forwards connections until it is silenced."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        self._silenced: set[socket.socket] = set()
        self._silent_to_new = False
        threading.Thread(target=self._accept, daemon=True).start()

    def silence(self, *, requests: bool, new: bool) -> None:
        """Drops replies. With `requests` it also drops requests; with `new` also everything on new
        connections."""
        self._silent_to_new = new
        self._silenced.update(self._open if requests else self._open[1::2])

    def speak(self) -> None:
        """Forwards new connections again; silenced ones stay silent."""
        self._silent_to_new = False

    def close(self) -> None:
        for one in (self._server, *self._open):
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                client, _ = self._server.accept()
                database = socket.create_connection(("127.0.0.1", self._to))
                self._open += [client, database]
                if self._silent_to_new:
                    self._silenced.update((client, database))
                for pair in ((client, database), (database, client)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65_536):
                if source not in self._silenced:
                    to.sendall(content)
            if source not in self._silenced:
                to.shutdown(socket.SHUT_WR)


@contextmanager
def silent_proxy(port: int) -> Iterator[SilentProxy]:
    """A proxy to this loopback port."""
    proxy = SilentProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
