"""What *decide* costs in statements: as many, however many surveys and events there are."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import projects
from sayso_server.storage.surveys import surveys
from tests.product import Product, Visitor
from tests.statements import Statements

Cost = Callable[[Visitor], int]

EVENT = "order_completed"
# Reads whatever a rule can read, so that no part of the past is left out.
CURIOUS: dict[str, Any] = {
    "questions": [{"id": "score", "kind": "csat"}],
    "trigger": {
        "kind": "event",
        "event": EVENT,
        "every": 2,
        "after": {"event": "opened", "within": 3_600},
        "cancel_on": ["left"],
    },
    "audience": {
        "attributes": [{"property": "plan", "op": "ne", "value": "free"}],
        "events": [{"event": EVENT}, {"event": EVENT, "within_days": 30}],
        "answers": [{"kind": "nps", "group": "detractor", "holds": False}],
    },
    "quota": {"responses": 1_000_000},
}


def add_surveys(product: Product, n: int, event: str, definition: dict[str, Any]) -> None:
    def add(tx: Transaction) -> None:
        for number in range(n):
            named = event.format(number)
            asked = {**definition, "trigger": {**definition["trigger"], "event": named}}
            surveys.publish(tx, surveys.create(tx, f"{named} {number}", asked))
        projects.raise_rules_version(tx.connection, tx.project_id)

    product.dependencies.store.transact(product.project_id, product.clock.now, add)
    product.dependencies.project_cache.forget()


def add_events(visitor: Visitor, n: int) -> None:
    now = visitor.product.clock.now.isoformat()
    for first in range(0, n, 100):
        events = [{"id": uuid4().hex, "name": EVENT, "at": now} for _ in range(min(100, n - first))]
        visitor.ok("events", {**visitor.who(), "sent_at": now, "events": events})


@pytest.fixture
def cost(statements: Statements) -> Cost:
    """What a moment of a known person costs that asks nothing."""

    def statements_of(visitor: Visitor) -> int:
        visitor.did(EVENT)
        with statements() as seen:
            assert visitor.did(EVENT) is None
        return len(seen)

    return statements_of


@pytest.fixture
def curious(product: Product) -> Product:
    add_surveys(product, 1, EVENT, CURIOUS)
    return product


@pytest.mark.parametrize("n", [100, 1_000])
def test_surveys_about_other_events_cost_decide_nothing(
    curious: Product, cost: Cost, n: int
) -> None:
    alone = cost(curious.visitor())
    add_surveys(curious, n, "other_{}", CURIOUS)
    curious.visitor().did(EVENT)  # looks the rules up anew
    assert cost(curious.visitor()) == alone < 20


def test_fifty_surveys_about_one_event_are_decided_in_the_statements_of_one(
    curious: Product, cost: Cost
) -> None:
    one = cost(curious.visitor())
    add_surveys(curious, 49, EVENT, CURIOUS)
    curious.visitor().did(EVENT)
    assert cost(curious.visitor()) == one


def test_a_person_who_did_much_costs_no_more_than_one_who_did_little(
    curious: Product, cost: Cost
) -> None:
    new, busy = curious.visitor(), curious.visitor()
    add_events(busy, 1_000)
    assert cost(busy) == cost(new)


def test_an_event_of_a_backend_costs_as_much_however_many_surveys_there_are(
    curious: Product, statements: Statements
) -> None:
    def cost_of_track() -> int:
        curious.track("u_42")
        with statements() as seen:
            curious.track("u_42")
        return len(seen)

    alone = cost_of_track()
    add_surveys(curious, 100, "other_{}", CURIOUS)
    add_surveys(curious, 49, EVENT, CURIOUS)
    curious.track("u_42")
    assert cost_of_track() == alone
