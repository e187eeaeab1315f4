"""Streams under gevent and under gthread: memory for each, and what is left for requests."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.cores import OTHERS, SERVER
from tests.bench.load import burst
from tests.bench.processes import memory
from tests.bench.project import get
from tests.bench.server import HOST, Server, constant
from tests.bench.tables import Figure, said

STREAMS = 500
SECONDS = 3.0
KB = 1_024

NOTES = (
    "The plain application with the product's own stream; one gunicorn worker. gthread gives each "
    "stream a thread of its pool.",
)


def measure() -> Iterator[Figure]:
    """One line each."""
    for worker_class in ("gevent", "gthread"):
        with constant(worker_class=worker_class, core=SERVER) as server:
            without = _per_second(server)
            before = memory(server.workers, "Rss")
            with ExitStack() as streams:
                for _ in range(STREAMS):
                    _open_stream(server, streams)
                added = (memory(server.workers, "Rss") - before) / KB / STREAMS
                per_second = _per_second(server)
        besides = f"constant endpoint {per_second:,.0f}/s with them, {without:,.0f}/s without"
        yield Figure(f"{worker_class}: one stream", said(added, "kB"), besides=besides)


def _per_second(server: Server) -> float:
    burst(server.port, [get("/constant")], 1, again=True, core=OTHERS)  # warm
    return burst(server.port, [get("/constant")], SECONDS, again=True, core=OTHERS).per_second


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
