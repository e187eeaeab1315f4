"""A server that a test can kill, and a connection to it that a test can cut."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import urllib3

from demo.sayso_command import SAYSO, server_settings
from tests.e2e.visitor import until
from tests.servers import free_port, spawn

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds: closing the socket sends a reset."""
PIECE = 65_536


class Server:
    """The test's own server, which the test can stop and restart."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._port = free_port()
        self.url = f"http://localhost:{self._port}"

    def start(self, code: Path | None = None) -> None:
        """Serve the checkout, or the version of Sayso that is at `code`."""
        settings = server_settings(self.data_dir, self.url)
        self._process = spawn(
            [SAYSO, "serve", "--port", str(self._port)],
            log=self.data_dir / "log",
            env=settings if code is None else {**settings, "PYTHONPATH": str(code)},
        )
        until(self._answers)

    def kill(self) -> None:
        """Kill the server and its worker at once, without closing connections."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        try:
            reply = urllib3.request("GET", f"{self.url}/healthz", retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return reply.status == 200


class Line:
    """A proxy between browser and server."""

    def __init__(self, port: int, to: int) -> None:
        self.url = f"http://localhost:{port}"
        self._to = to
        self._ends: list[socket.socket] = []

    def reset(self) -> None:
        """Reset all open connections; new connections work."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                end.shutdown(socket.SHUT_RD)  # wakes the thread that reads from it
            end.close()

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                browser, _ = listener.accept()
                server = socket.create_connection(("localhost", self._to))
                self._ends += [browser, server]
                for way in ((browser, server), (server, browser)):
                    threading.Thread(target=_pass_on, args=way, daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A proxy to the server at this URL, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(listener.getsockname()[1], urllib3.util.parse_url(url).port or 80)
        thread = threading.Thread(target=line.accept, args=(listener,))
        thread.start()
        try:
            yield line
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            line.reset()
