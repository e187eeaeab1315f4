"""The cost of *decide*, which should not grow with the number of surveys or a person's events."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from sayso_server.dependencies import dependencies
from sayso_server.storage.database import schema
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events import events
from sayso_server.storage.events.events import Event
from sayso_server.storage.people import people
from sayso_server.storage.projects import projects
from sayso_server.storage.surveys import surveys
from tests.bench.tables import Figure, at_most, median, said
from tests.product import Clock, Product, Visitor, make_app, make_product
from tests.servers import DURABLE_SETTINGS, postgres

NOTES = (
    "In one process, by its processor time; calls in turns, 100 a round, median of the rounds.",
    "decide: an event of a known person, whose survey counts that person's events of 30 days.",
)

SURVEYS = (1, 100, 1_000)
EVENTS = (10, 100_000)
ROUNDS, CALLS = 11, 100
BUDGET = 1.2  # times the cost at the smallest size
BATCH = 5_000
EVENT = "order_completed"


class Cost(NamedTuple):
    """Milliseconds of CPU time, and until the reply."""

    processor: float
    waited: float


ASKED: dict[str, Any] = {
    "questions": [{"id": "score", "kind": "csat"}],
    "trigger": {"kind": "event", "event": EVENT, "every": 10},
    "audience": {"events": [{"event": EVENT, "at_least": 3, "within_days": 30}]},
}


def measure() -> Iterator[Figure]:
    """Measure on SQLite, then on PostgreSQL."""
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with database() as url, tempfile.TemporaryDirectory() as folder:
            clock = Clock()
            app = make_app(url, Path(folder), clock)
            schema.upgrade(dependencies(app).store.engine)
            products = {n: _with_surveys(make_product(app, clock), n) for n in SURVEYS}
            yield from _compare(
                f"{name}: decide with {{:,}} live surveys",
                {n: partial(_decide, one.visitor()) for n, one in products.items()},
            )
            product = products[SURVEYS[0]]
            yield from _compare(
                f"{name}: decide after {{:,}} events of the person",
                {n: partial(_decide, _with_events(product, n)) for n in EVENTS},
            )


def _compare(what: str, calls: dict[int, Callable[[], None]]) -> Iterator[Figure]:
    costs: dict[int, list[Cost]] = {n: [] for n in calls}
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for n, call in calls.items():
            costs[n].append(_cost(call))
    smallest = costs.pop(min(costs))
    yield Figure(what.format(min(calls)), said(median([cost.processor for cost in smallest]), "ms"))
    for n, cost in costs.items():
        pairs = list(zip(smallest, cost, strict=True))
        ratio = median([large.processor / small.processor for small, large in pairs])
        waited = median([large.waited / small.waited for small, large in pairs])
        besides = f"with the database's share, by the clock: {said(waited, '×')}"
        yield at_most(what.format(n), ratio, BUDGET, "×", besides)


def _cost(call: Callable[[], None]) -> Cost:
    """The mean cost of one call."""
    processor, clock = time.process_time(), time.perf_counter()
    for _ in range(CALLS):
        call()
    spent = time.process_time() - processor, time.perf_counter() - clock
    return Cost(spent[0] / CALLS * 1_000, spent[1] / CALLS * 1_000)


def _decide(visitor: Visitor) -> None:
    visitor.did(EVENT)


def _with_surveys(product: Product, count: int) -> Product:
    def add(tx: Transaction) -> None:
        for n in range(count):
            trigger = {**ASKED["trigger"], "event": EVENT if n == 0 else f"event_{n}"}
            surveys.publish(tx, surveys.create(tx, f"Survey {n}", {**ASKED, "trigger": trigger}))
        projects.raise_rules_version(tx.connection, tx.project_id)

    product.dependencies.store.transact(product.project_id, product.clock.now, add)
    product.clock.forward(seconds=1)
    return product


def _with_events(product: Product, count: int) -> Visitor:
    visitor = product.visitor()

    def add(tx: Transaction, first: int) -> None:
        person = people.page_person(tx, visitor.id, None).id
        span = timedelta(days=90) / count
        events.add(
            tx,
            [
                Event(uuid4().hex, person, EVENT, "page", False, tx.now - span * n, {"total": n})
                for n in range(first, min(first + BATCH, count))
            ],
        )

    for first in range(0, count, BATCH):
        work: Any = partial(add, first=first)
        product.dependencies.store.transact(product.project_id, product.clock.now, work)
    return visitor


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/sayso.db"


@contextmanager
def _postgresql() -> Iterator[str]:
    with postgres(DURABLE_SETTINGS) as server, server.database() as url:
        yield url
