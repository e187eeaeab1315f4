"""Events that a simulation replays per second: read, decided and counted, in one process.

It simulates a draft with an audience, for every second order, beside one live survey; each person
has fifty events. CPU time is the steadier figure, because it excludes other processes' load.
PostgreSQL's own work is only in the wall-clock time.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sayso_server.dependencies import dependencies
from sayso_server.storage.database import schema
from tests import servers, simulated_past
from tests.bench.processes import memory
from tests.bench.tables import Figure, NotMeasured, median, said, spread
from tests.product import Clock, Product, make_app, make_product

EVENTS = 100_000
ROUNDS = 3
MB = 1_000_000

NOTES = (
    f"{EVENTS:,} stored events of 30 days, fifty a person; median of {ROUNDS} rounds.",
    "Only the three in four that a rule names are read, and only those are counted here.",
)


@dataclass(frozen=True, slots=True)
class Round:
    """One replay: events per second by wall clock and by CPU time, and added memory in bytes."""

    by_clock: float
    on_core: float
    gained: int


def measure() -> Iterator[Figure]:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _figures("SQLite", f"sqlite:///{folder}/sayso.db", Path(folder))
    with ExitStack() as running:
        try:
            database = running.enter_context(servers.postgres(servers.DURABLE_SETTINGS))
        except servers.ServerUnavailable as error:
            raise NotMeasured(str(error)) from error
        url = running.enter_context(database.database())
        folder = running.enter_context(tempfile.TemporaryDirectory())
        yield from _figures("PostgreSQL", url, Path(folder))


def _figures(where: str, url: str, folder: Path) -> Iterator[Figure]:
    clock = Clock()
    app = make_app(url, folder, clock)
    schema.upgrade(dependencies(app).store.engine)
    product = make_product(app, clock)
    draft = simulated_past.busy_project(product, EVENTS)
    rounds = [_round(product, draft) for _ in range(ROUNDS)]
    dependencies(app).store.engine.dispose()
    by_clock = [one.by_clock for one in rounds]
    yield Figure(where, said(median(by_clock), "events/s"), besides=spread(by_clock, "events/s"))
    on_core = median([one.on_core for one in rounds])
    gained = f"memory gained: {said(max(one.gained for one in rounds) / MB, 'MB')}"
    yield Figure("  by time on a core", said(on_core, "events/s"), besides=gained)


def _round(product: Product, draft: str) -> Round:
    most = before = memory([os.getpid()], "Rss")
    began, cpu = time.perf_counter(), time.process_time()

    def look(_done: int, _of: int) -> None:
        nonlocal most
        most = max(most, memory([os.getpid()], "Rss"))

    events = simulated_past.simulated(product, draft, look).events
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Round(events / seconds, events / cpu, most - before)
