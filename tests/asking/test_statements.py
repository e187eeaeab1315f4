"""The number of statements in *decide* does not grow with the number of surveys or events."""

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
# Uses every kind of rule, so *decide* reads all the history it can.
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
    """Counts the statements for an event of a known person that asks nothing."""

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
    curious.visitor().did(EVENT)  # reloads the rules
    assert cost(curious.visitor()) == alone < 20


def test_fifty_surveys_about_one_event_take_as_many_statements_as_one(
    curious: Product, cost: Cost
) -> None:
    one = cost(curious.visitor())
    add_surveys(curious, 49, EVENT, CURIOUS)
    curious.visitor().did(EVENT)
    assert cost(curious.visitor()) == one


def test_a_person_with_many_events_costs_no_more_than_a_new_one(
    curious: Product, cost: Cost
) -> None:
    new, busy = curious.visitor(), curious.visitor()
    add_events(busy, 1_000)
    assert cost(busy) == cost(new)


def test_the_cost_of_a_backend_event_does_not_grow_with_the_surveys(
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


def test_other_invitations_are_read_only_if_some_may_wait(
    product: Product, statements: Statements
) -> None:
    """The statement that locks the invitation also tells whether others may wait."""
    product.survey(event="opened")
    product.survey(event="left")

    def cost_of_shown(visitor: Visitor, *others: str) -> int:
        invitation = visitor.did("opened")["invitation"]
        assert [visitor.did(event) for event in others] == [None] * len(others)
        with statements() as seen:
            visitor.show(invitation)
        return len(seen)

    assert cost_of_shown(product.visitor(), "left") == cost_of_shown(product.visitor()) + 1
