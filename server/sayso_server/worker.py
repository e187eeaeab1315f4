"""gunicorn's gevent worker, with an end to whatever a caller may hold it up by.

gunicorn bounds an idle connection and the headers (`keepalive`). Here the body has a deadline as a
whole, so that a byte a second does not pass; a reply that nobody reads ends; and one address has a
part of the connections only.
"""

import time
from collections import Counter
from typing import Any

from gevent import Timeout
from gunicorn import util
from gunicorn.http.errors import ParseException
from gunicorn.workers.base_async import AsyncWorker
from gunicorn.workers.ggevent import GeventWorker
from werkzeug.exceptions import RequestTimeout

from sayso_server.addresses import canonical, counted_as

HEADERS_SECONDS = 30  # idle, or until the headers are whole; proxies like connections that stay
BODY_SECONDS = 20.0
REPLY_SECONDS = 60.0  # until one piece of a reply is taken
DRAIN_SECONDS = 2.0  # for what the application did not read
DRAIN_BYTES = 2 * 1024 * 1024  # likewise; beyond it the connection is closed
FOR_ONE_ADDRESS = 1 / 4  # of the connections, where callers connect without a proxy
LATE = "The body did not come in time; send it at once."


class Body:
    """A request's body that must have come within `BODY_SECONDS`."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._until = time.monotonic() + BODY_SECONDS
        self._late = False

    def read(self, size: int | None = None) -> bytes:
        return self._in_time(self._body.read, size)

    def readline(self, size: int | None = None) -> bytes:
        return self._in_time(self._body.readline, size)

    def drain(self) -> bool:
        """Read what is left, so that the connection can be used again; whether all of it came."""
        if self._late or getattr(self._body, "failed", False):
            return False
        try:
            with Timeout(DRAIN_SECONDS, False):
                return len(self._body.read(DRAIN_BYTES)) < DRAIN_BYTES
        except (ParseException, OSError):
            pass
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def _in_time(self, read: Any, size: int | None) -> bytes:
        self._late = True  # until it has come
        with Timeout(max(0.001, self._until - time.monotonic()), RequestTimeout(LATE)):
            piece: bytes = read(size)
        self._late = False
        return piece


class Worker(GeventWorker):
    """With `behind_proxies` no address is held to a part: all connections come from a proxy's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.behind_proxies = False
        self._connections: Counter[str] = Counter()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        address = counted_as(canonical(addr[0]))
        if self._too_many(address):
            util.close(client)
            return
        self._connections[address] += 1
        try:
            client.settimeout(REPLY_SECONDS)
            AsyncWorker.handle(self, listener, client, addr)
        finally:
            self._connections[address] -= 1
            if not self._connections[address]:
                del self._connections[address]

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        req.body = body = Body(req.body)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:  # nobody takes the reply
            raise StopIteration from None
        if not body.drain():
            raise StopIteration

    def _too_many(self, address: str) -> bool:
        most = self.worker_connections * FOR_ONE_ADDRESS
        return not self.behind_proxies and self._connections[address] >= most
