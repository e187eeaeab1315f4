"""gunicorn's gevent worker, with timeouts and limits against slow clients.

gunicorn already limits idle connections and headers (`keepalive`, our `request_seconds`). This
worker adds the same deadline for the whole body, so that a client cannot send one byte per second.
It reads the body before it calls the application, so that a slow client does not take a turn
(`turns.py`). It closes connections if the client does not read the reply, and limits the
connections per address.
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

DRAIN_SECONDS = 2.0  # to read the part of a body that the application did not read
DRAIN_BYTES = 2 * 1024 * 1024  # likewise; beyond it the connection is closed
FOR_ONE_ADDRESS = 1 / 4  # of the connections, if clients connect without a proxy
MOST_FOR_ONE_ADDRESS = 2_000
READ_BEFORE = 64 * 1024 + 1  # bytes read before the application is called: any page call's body
LATE = "The body did not arrive in time; send it without pauses."


class LongBody:
    """A body with only its beginning read so far; the deadline also applies to the rest."""

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
        """Read the rest, so that the connection can be reused. Returns whether all of it came."""
        if self._late:
            return False
        try:
            with Timeout(DRAIN_SECONDS):
                return len(self._rest.read(DRAIN_BYTES)) < DRAIN_BYTES
        except (Timeout, ParseException, OSError):
            return False

    def _in_time(self, size: int) -> bytes:
        self._late = True  # until it has arrived
        with Timeout(max(0.001, self._until - time.monotonic()), RequestTimeout(LATE)):
            piece: bytes = self._rest.read(size)
        self._late = False
        return piece


class Worker(GeventWorker):
    """With `behind_proxies`, connections are not limited per address, since all come from a
    proxy."""

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
            client.settimeout(self.cfg.keepalive + 1)  # the other deadlines are reached first
            AsyncWorker.handle(self, listener, client, addr)
        finally:
            self._connections[address] -= 1
            if not self._connections[address]:
                del self._connections[address]

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> bool:
        until = time.monotonic() + self.cfg.keepalive
        try:
            beginning = b"" if _expects_continue(req) else _read_in_time(req.body, until)
        except (ParseException, NoMoreData):
            sock.sendall(_refusal(400, "Bad Request", "malformed", UNREADABLE))
            raise StopIteration from None
        if beginning is None:
            sock.sendall(_refusal(408, "Request Timeout", "request_timeout", LATE))
            raise StopIteration
        long = len(beginning) == READ_BEFORE or _expects_continue(req)
        req.body = LongBody(beginning, req.body, until) if long else BytesIO(beginning)
        try:
            handled = super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:  # the client does not read the reply
            raise StopIteration from None
        if long and not req.body.drain():
            raise StopIteration
        return handled

    def _too_many(self, address: str) -> bool:
        most = min(self.worker_connections * FOR_ONE_ADDRESS, MOST_FOR_ONE_ADDRESS)
        return not self.behind_proxies and self._connections[address] >= most


def _read_in_time(body: Any, until: float) -> bytes | None:
    """The body, or the beginning of a long one; None if it did not arrive in time."""
    try:
        with Timeout(until - time.monotonic()):
            beginning: bytes = body.read(READ_BEFORE)
            return beginning
    except Timeout:
        return None


def _refusal(status: int, name: str, code: str, message: str) -> bytes:
    """A reply with the API's error body, for requests that do not reach the application."""
    body = json.dumps({"code": code, "message": message, "errors": {}})
    head = f"HTTP/1.1 {status} {name}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _expects_continue(req: Any) -> bool:
    """Whether the client waits for `100 Continue` before it sends the body."""
    return any(name == "EXPECT" for name, _ in req.headers)
