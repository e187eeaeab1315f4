"""A project with a long history for simulations, written directly to its tables."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sayso_server.reporting.simulate import SimulationRequest, SimulationResult, simulate
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.tables import people as people_table
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events import events
from sayso_server.storage.events.events import Event
from sayso_server.storage.history.replay import Progress
from sayso_server.storage.surveys import surveys
from tests.product import Product

DRAFT: dict[str, Any] = {
    "name": "The draft",
    "template": "nps",
    "trigger": {"event": "order_completed", "every": 2},
    "audience": {
        "attributes": [{"property": "plan", "op": "eq", "value": "pro"}],
        "events": [{"event": "cart_opened", "at_least": 2, "within_days": 20}],
    },
    "throttle": {"cool_down_days": 3, "again_after_days": {"answered": 5}},
}
OTHER: dict[str, Any] = {
    "template": "csat",
    "trigger": {"event": "support_closed"},
    "throttle": {"cool_down_days": 3},
}
NAMES = ("order_completed", "cart_opened", "support_closed", "page_seen")
EVENTS_EACH = 50
AT_ONCE = 10_000


def busy_project(product: Product, count: int) -> str:
    """Adds `count` events, a live survey and a draft to the project; returns the draft's id."""
    product.publish(OTHER)
    write(product.dependencies.store, product.project_id, product.clock.now, count)
    return str(product.ok("POST", "/v1/surveys", DRAFT)["id"])


def simulated(
    product: Product, draft: str, progress: Progress = lambda _done, _of: None
) -> SimulationResult:
    """Runs the simulation of the draft like the API's view."""
    now = product.clock.now
    project = product.dependencies.project_cache.by_secret_key(product.secret_key, now)
    assert project is not None
    with product.dependencies.store.view(product.project_id, now) as tx:
        survey = surveys.get(tx, UUID(draft))
        assert survey is not None
        return simulate(tx, project, survey, SimulationRequest(), progress)


def write(store: Store, project_id: UUID, now: datetime, count: int, days: int = 30) -> None:
    """Writes `count` events over the last `days` days, EVENTS_EACH for each person."""
    made = _events(random.Random(7), now, count, days)
    while batch := list(islice(made, AT_ONCE)):
        store.transact(project_id, now, partial(_store, batch=batch))


def _store(tx: Transaction, batch: list[Event]) -> None:
    tx.put(people_table.insert(), *[_person(one, tx.now) for one in {e.person for e in batch}])
    events.add(tx, batch)


def _person(person: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": person,
        "user_id": person.hex,
        "attributes": {"plan": "pro", "seats": 7},
        "unproven_attributes": {},
        "created_at": now,
    }


def _events(chance: random.Random, now: datetime, count: int, days: int) -> Iterator[Event]:
    person = new_id()
    for number in range(count):
        if number % EVENTS_EACH == 0:
            person = new_id()
        name = chance.choice(NAMES)
        at = now - timedelta(seconds=chance.uniform(0, days * 86_400))
        total = {"total": chance.randint(1, 100)}
        yield Event(f"e{number}", person, name, chance.choice(["page", "backend"]), True, at, total)
