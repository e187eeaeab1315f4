"""Open streams under gevent and gthread: memory per stream, and the remaining throughput."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.cores import OTHERS, SERVER
from tests.bench.load import burst
from tests.bench.processes import cpu_seconds, memory
from tests.bench.project import get
from tests.bench.server import HOST, Server, constant
from tests.bench.tables import Figure, median, said

STREAMS = 500
ROUNDS = 5
SECONDS = 1.5
KB = 1_024

NOTES = (
    "The plain application with the product's own stream; one gunicorn worker each, in turns.",
    "gthread gives each stream a thread of its pool, gevent a greenlet.",
)


def measure() -> Iterator[Figure]:
    """Measure memory and throughput for each worker class."""
    with ExitStack() as running:
        servers = {
            name: running.enter_context(constant(worker_class=name, core=SERVER))
            for name in ("gevent", "gthread")
        }
        added = {}
        for name, server in servers.items():
            _burst(server)  # warm up lazily loaded code
            before = memory(server.workers, "Rss")
            for _ in range(STREAMS):
                _open_stream(server, running)
            added[name] = (memory(server.workers, "Rss") - before) / KB / STREAMS
        rounds = [{name: _burst(server) for name, server in servers.items()} for _ in range(ROUNDS)]
    for name, held in added.items():
        rate, cpu = (median([one[name][place] for one in rounds]) for place in (0, 1))
        yield Figure(f"{name}: one stream", said(held, "KB"))
        what = f"{name}: constant endpoint with {STREAMS} open"
        yield Figure(what, f"{rate:,.0f}/s", besides=f"{said(cpu, 'ms')} on a core a request")


def _burst(server: Server) -> tuple[float, float]:
    """Requests per second, and CPU milliseconds per request."""
    before = cpu_seconds(server.workers)
    result = burst(server.port, [get("/constant")], SECONDS, again=True, core=OTHERS)
    spent = cpu_seconds(server.workers) - before
    return result.per_second, 1_000 * spent / result.count


def _open_stream(server: Server, streams: ExitStack) -> None:
    connection = socket.create_connection((HOST, server.port))
    streams.callback(connection.close)
    connection.sendall(get("/stream").encode())
    heard = b""
    while b": ok" not in heard:
        piece = connection.recv(4_096)
        if not piece:
            raise ConnectionError("the server ended a stream")
        heard += piece
