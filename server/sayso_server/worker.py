"""gunicorn's gevent worker, with an end to whatever a caller may hold it up by.

gunicorn bounds an idle connection and the headers (`keepalive`, our `request_seconds`). Here the
body has the same deadline as a whole, so that a byte a second does not pass, and is read before the
application is called, so that a slow one takes nobody's turn; a reply that nobody reads ends; and
one address has a part of the connections only.
"""

import json
import time
from collections import Counter
from io import BytesIO
from typing import Any

from gevent import Timeout
from gunicorn import util
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.workers.base_async import AsyncWorker
from gunicorn.workers.ggevent import GeventWorker
from werkzeug.exceptions import RequestTimeout

from sayso_server.addresses import canonical, counted_as
from sayso_server.api.readable import UNREADABLE

DRAIN_SECONDS = 2.0  # for what the application did not read
DRAIN_BYTES = 2 * 1024 * 1024  # likewise; beyond it the connection is closed
FOR_ONE_ADDRESS = 1 / 4  # of the connections, where callers connect without a proxy
MOST_FOR_ONE_ADDRESS = 2_000
READ_BEFORE = 64 * 1024 + 1  # bytes; no page call's body is longer
LATE = "The body did not come in time; send it at once."


class LongBody:
    """A body of which only the beginning has been read; the rest must come in time as well."""

    def __init__(self, beginning: bytes, rest: Any, until: float) -> None:
        self._beginning = BytesIO(beginning)
        self._rest = rest
        self._until = until
        self._late = False

    def read(self, size: int | None = None) -> bytes:
        size = -1 if size is None else size
        piece = self._beginning.read(size)
        if 0 <= size == len(piece):
            return piece
        return piece + self._in_time(size - len(piece) if size >= 0 else size)

    def drain(self) -> bool:
        """Read what is left, so that the connection can be used again; whether all of it came."""
        if self._late:
            return False
        try:
            with Timeout(DRAIN_SECONDS):
                return len(self._rest.read(DRAIN_BYTES)) < DRAIN_BYTES
        except (Timeout, ParseException, OSError):
            return False

    def _in_time(self, size: int) -> bytes:
        self._late = True  # until it has come
        with Timeout(max(0.001, self._until - time.monotonic()), RequestTimeout(LATE)):
            piece: bytes = self._rest.read(size)
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
            client.settimeout(self.cfg.keepalive + 1)  # the deadlines themselves come first
            AsyncWorker.handle(self, listener, client, addr)
        finally:
            self._connections[address] -= 1
            if not self._connections[address]:
                del self._connections[address]

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> bool:
        until = time.monotonic() + self.cfg.keepalive
        try:
            beginning = b"" if _waits_for_us(req) else _read_in_time(req.body, until)
        except (ParseException, NoMoreData):
            sock.sendall(_refusal(400, "Bad Request", "malformed", UNREADABLE))
            raise StopIteration from None
        if beginning is None:
            sock.sendall(_refusal(408, "Request Timeout", "request_timeout", LATE))
            raise StopIteration
        long = len(beginning) == READ_BEFORE or _waits_for_us(req)
        req.body = LongBody(beginning, req.body, until) if long else BytesIO(beginning)
        try:
            handled = super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:  # nobody takes the reply
            raise StopIteration from None
        if long and not req.body.drain():
            raise StopIteration
        return handled

    def _too_many(self, address: str) -> bool:
        most = min(self.worker_connections * FOR_ONE_ADDRESS, MOST_FOR_ONE_ADDRESS)
        return not self.behind_proxies and self._connections[address] >= most


def _read_in_time(body: Any, until: float) -> bytes | None:
    """The body, or the beginning of a long one, before anybody works on it; None when late."""
    try:
        with Timeout(until - time.monotonic()):
            read: bytes = body.read(READ_BEFORE)
            return read
    except Timeout:
        return None


def _refusal(status: int, name: str, code: str, message: str) -> bytes:
    """The one error body, where the application has not been called."""
    body = json.dumps({"code": code, "message": message, "errors": {}})
    head = f"HTTP/1.1 {status} {name}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _waits_for_us(req: Any) -> bool:
    """Whether the caller sends the body only when we say that we want it."""
    return any(name == "EXPECT" for name, _ in req.headers)
