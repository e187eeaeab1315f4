"""A small HTTP load generator: keep-alive connections, each with one request in flight.

It runs as a separate process (`python -m tests.bench.load`), so that it does not share an
interpreter with the measured code. It uses raw sockets and prepared bytes, because the client's
cost per request must be far below the server's, on both sides of a ratio.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

from tests.bench.cores import on_core

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 16
SILENCE = 30.0  # seconds without any reply after which the server counts as stuck


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one burst: requests per second, latencies in milliseconds, and the replies'
    bodies on request."""

    count: int
    seconds: float
    p50: float
    p99: float
    failed: int
    bodies: list[str]

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


class _Connection:
    __slots__ = ("buffer", "needed", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.needed = -1
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.buffer, self.needed = b"", -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read; return whether the reply is complete. Raises ConnectionError on a close."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection in the middle")
        self.buffer += piece
        if self.needed < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.buffer[:end].lower()
            at = head.index(b"content-length:") + 15
            self.needed = end + 4 + int(head[at:].split(b"\r", 1)[0])
        return len(self.buffer) >= self.needed

    @property
    def body(self) -> str:
        return self.buffer.partition(b"\r\n\r\n")[2].decode()


def run(port: int, requests: Iterator[bytes], seconds: float, *, keep: bool) -> Result:
    """Send requests for `seconds`, or until they run out, and wait for every reply."""
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    bodies: list[str] = []
    failed = 0
    connections = [_Connection(port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    until = began + seconds
    in_flight = 0
    for connection, request in zip(connections, requests, strict=False):
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(request)
        in_flight += 1
    while in_flight:
        ready = selector.select(timeout=SILENCE)
        if not ready:
            raise TimeoutError("the server is stuck")
        for key, _ in ready:
            connection = key.data
            if not connection.receive():
                continue
            now = time.perf_counter()
            latencies.append(now - connection.sent_at)
            failed += connection.buffer[9:10] != b"2"
            if keep:
                bodies.append(connection.body)
            following = next(requests, None) if now < until else None
            if following is None:
                in_flight -= 1
            else:
                connection.send(following)
    took = time.perf_counter() - began
    latencies.sort()
    count = len(latencies)
    p50, p99 = (1_000 * latencies[int(count * share)] for share in (0.5, 0.99))
    return Result(count, took, p50, p99, failed, bodies)


def burst(
    port: int,
    requests: Sequence[str],
    seconds: float,
    *,
    again: bool = False,
    keep: bool = False,
    core: int | None = None,
) -> Result:
    """Run a load in a separate process. `again`: the requests may be sent any number of times.

    Raises subprocess.CalledProcessError with the process's output.
    """
    job = {"port": port, "requests": requests, "seconds": seconds, "again": again, "keep": keep}
    with on_core(core):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"],
            cwd=ROOT,
            input=json.dumps(job),
            capture_output=True,
            check=True,
            text=True,
            timeout=seconds + 4 * SILENCE,
        )
    return Result(**json.loads(done.stdout))


def main() -> None:
    """Read the job as JSON from stdin; print the result as JSON."""
    job = json.load(sys.stdin)
    prepared = [request.encode() for request in job["requests"]]
    requests = cycle(prepared) if job["again"] else iter(prepared)
    print(json.dumps(asdict(run(job["port"], requests, job["seconds"], keep=job["keep"]))))


if __name__ == "__main__":
    main()
