"""Memory of the idle embedded server, and of each open stream in its worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import urllib3

from tests.bench import project as bench_project
from tests.bench.listeners import Listeners
from tests.bench.processes import memory
from tests.bench.server import sayso
from tests.bench.tables import Figure, at_most

BEFORE = 500  # streams that fill one-time caches, such as the database's page cache
STREAMS = 1_000
SETTLED = 3.0  # seconds; by then the server's own first round of work is done
MB, KB = 1_000_000, 1_024

BUDGET_AT_REST = 120  # MB
BUDGET_STREAM = 25  # KB


def measure() -> Iterator[Figure]:
    """Measure with SQLite and one worker."""
    with sayso() as server:
        urllib3.request("GET", f"{server.url}/readyz")
        time.sleep(SETTLED)
        each = ", ".join(f"{memory([pid]) / MB:.0f}" for pid in server.processes)
        total = memory(server.processes) / MB
        yield at_most("sayso serve at rest, PSS", total, BUDGET_AT_REST, "MB", f"each: {each}")
        project = bench_project.prepare(server)
        with closing(project.client), Listeners(server.port, project) as listeners:
            listeners.open(BEFORE)
            before = memory(server.workers, "Rss")
            listeners.open(STREAMS)
            added = (memory(server.workers, "Rss") - before) / KB / STREAMS
        besides = f"RSS of the worker, {STREAMS:,} beside {BEFORE} that were open"
        yield at_most("one open stream", added, BUDGET_STREAM, "KB", besides)
