"""A small HTTP load: so many keep-alive connections, each with one request in flight.

Run as a process of its own (`python -m tests.bench.load`), so that it does not share the
interpreter with what it measures. Raw sockets and prepared bytes: the client's own cost per request
must stay far below the server's, for both sides of a ratio alike.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle


@dataclass(frozen=True, slots=True)
class Result:
    """Requests a second, and latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failed: int


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
        """Whether the reply is whole."""
        self.buffer += self.socket.recv(65536)
        if self.needed < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.buffer[:end].lower()
            at = head.index(b"content-length:") + 15
            self.needed = end + 4 + int(head[at:].split(b"\r", 1)[0])
        return len(self.buffer) >= self.needed


def run(port: int, requests: Iterator[bytes], count: int, connections: int) -> Result:
    """Send `count` requests over `connections`; stops by itself."""
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    failed = 0
    for _ in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(requests))
    sent = connections
    began = time.perf_counter()
    while len(latencies) < count:
        for key, _ in selector.select(timeout=30):
            connection = key.data
            if not connection.receive():
                continue
            latencies.append(time.perf_counter() - connection.sent_at)
            failed += connection.buffer[9:10] != b"2"
            if sent < count:
                sent += 1
                connection.send(next(requests))
    took = time.perf_counter() - began
    latencies.sort()
    return Result(
        count / took,
        1000 * latencies[len(latencies) // 2],
        1000 * latencies[int(len(latencies) * 0.99)],
        failed,
    )


def main() -> None:
    """Reads `{"port", "count", "connections", "requests": [text]}`; prints the result as JSON."""
    job = json.load(sys.stdin)
    requests = cycle([request.encode() for request in job["requests"]])
    result = run(job["port"], requests, job["count"], job["connections"])
    print(json.dumps([result.per_second, result.p50, result.p99, result.failed]))


if __name__ == "__main__":
    main()
