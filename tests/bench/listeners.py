"""Open pages without a browser: raw sockets with one stream each, each for another proven user."""

from __future__ import annotations

import resource
import selectors
import socket
import time
from types import TracebackType
from typing import Self
from uuid import uuid4

from tests.bench import project as bench_project
from tests.bench.load import SILENCE
from tests.e2e.project import Project

IN_FLIGHT = 16  # streams opened at the same time
FILES_KEPT = 200


class Listener:
    """One page: its visitor, and the data from its stream so far."""

    __slots__ = ("heard", "ready", "socket", "token", "user_id", "visitor")

    def __init__(self, user_id: str, token: str) -> None:
        self.user_id = user_id
        self.token = token
        self.visitor = uuid4().hex
        self.heard = b""
        self.ready = False
        self.socket = socket.socket()


class Listeners:
    """All open pages, read by one thread."""

    def __init__(self, port: int, project: Project) -> None:
        self._port = port
        self._project = project
        self._selector = selectors.DefaultSelector()
        self.all: list[Listener] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        for listener in self.all:
            listener.socket.close()
        self._selector.close()

    def open(self, count: int) -> None:
        """Open this many more streams; wait until each has received its first message."""
        _raise_file_limit(len(self.all) + count)
        opening: list[Listener] = []
        for _ in range(count):
            opening.append(self._open_one())
            while len(opening) >= IN_FLIGHT:
                opening = self._still_opening(opening)
        while opening:
            opening = self._still_opening(opening)

    def hear(self, seconds: float) -> list[Listener]:
        """Wait up to `seconds` for data; return the listeners that received some."""
        heard: list[Listener] = []
        for key, _ in self._selector.select(seconds):
            listener: Listener = key.data
            piece = listener.socket.recv(65536)
            if not piece:
                raise ConnectionError("the server ended a stream")
            listener.heard += piece
            heard.append(listener)
        return heard

    def wait_for(self, listener: Listener, text: bytes) -> float:
        """Wait for the text on the listener's stream; return its time by `time.perf_counter`."""
        give_up = time.perf_counter() + SILENCE
        while text not in listener.heard:
            if time.perf_counter() > give_up:
                raise TimeoutError(f"{text!r} never came on an open stream")
            self.hear(1)
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Only read the streams for this long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self.hear(left)

    def _open_one(self) -> Listener:
        user_id = f"u_{uuid4().hex[:12]}"
        listener = Listener(user_id, self._project.client.identity_token(user_id))
        listener.socket.connect(("127.0.0.1", self._port))
        body = {"visitor": listener.visitor, "token": listener.token}
        listener.socket.sendall(bench_project.call(self._project, "live", body).encode())
        self._selector.register(listener.socket, selectors.EVENT_READ, listener)
        self.all.append(listener)
        return listener

    def _still_opening(self, opening: list[Listener]) -> list[Listener]:
        if not self.hear(SILENCE):
            raise TimeoutError("no stream opens any more")
        for listener in opening:
            listener.ready = b"event: rules" in listener.heard
        return [listener for listener in opening if not listener.ready]


def _raise_file_limit(needed: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed + FILES_KEPT:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, needed + FILES_KEPT), hard))
