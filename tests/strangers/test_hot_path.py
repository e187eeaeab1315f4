"""The rows that a call reads about a person do not grow with the person's history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select, update

from sayso_server.decision.rules import Needs
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.tables import answers
from sayso_server.storage.database.tables import invitations as table
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history import person_history
from sayso_server.storage.invitations import invitations
from sayso_server.storage.invitations.invitations import MOST_READ
from sayso_server.storage.people import people
from tests.one_product import app
from tests.product import Product, Visitor

__all__ = ["app"]

T = TypeVar("T")

BY_HAND: dict[str, Any] = {
    "template": "csat",
    "trigger": {"event": "never_sent"},
    "by_hand": True,
    "throttle": {"again_after_days": {"answered": 0}},
}


def seen(visitor: Visitor, read: Callable[[Transaction, people.KnownPerson], T]) -> T:
    product = visitor.product
    with product.dependencies.store.view(product.project_id, product.clock.now) as tx:
        known = people.find_page_person(tx, visitor.id, None)
        assert known is not None
        return read(tx, known)


def copy_asks(product: Product, count: int) -> None:
    """Inserts `count` copies of the only invitation and its answer."""

    def add(tx: Transaction) -> None:
        ask = tx.connection.execute(select(table)).mappings().one()
        said = tx.connection.execute(select(answers)).mappings().first()
        ids = [new_id() for _ in range(count)]
        rows = [{**ask, "id": one, "secret_hash": one.bytes} for one in ids]
        tx.connection.execute(table.insert(), rows)
        if said is not None:
            given = [{**said, "invitation_id": one} for one in ids]
            tx.connection.execute(answers.insert(), given)

    product.dependencies.store.transact(product.project_id, product.clock.now, add)


def test_only_the_latest_invitations_are_read(product: Product, stranger: Visitor) -> None:
    survey = product.publish(BY_HAND)
    ask = stranger.asked("show", surveys=[survey])
    stranger.show(ask["invitation"])
    stranger.state(ask["invitation"], "dismissed")
    copy_asks(product, 3 * MOST_READ)
    read = seen(stranger, lambda tx, known: invitations.latest_of(tx, known.id))
    assert len(read) == MOST_READ
    assert [row.id for row in read] == sorted(row.id for row in read)
    assert read == seen(
        stranger, lambda tx, known: invitations.latest_of_each(tx, {known.id, tx.project_id})
    ).get(read[0].person_id)
    again = stranger.asked("show", surveys=[survey])
    assert again is not None
    latest = seen(stranger, lambda tx, known: invitations.latest_of(tx, known.id))[-1]
    assert latest.state == "claimed"


def test_only_the_latest_answer_of_each_kind_is_read(product: Product, stranger: Visitor) -> None:
    survey = product.publish(BY_HAND)
    ask = stranger.asked("show", surveys=[survey])
    stranger.show(ask["invitation"])
    stranger.answer(ask["invitation"], ("score", 2), complete=True)
    copy_asks(product, 300)
    now = product.clock.now
    store = product.dependencies.store
    store.write(lambda c: c.execute(update(answers).values(at=now - timedelta(days=1))))
    product.clock.forward(minutes=5)
    ask = stranger.asked("show", surveys=[survey])
    stranger.show(ask["invitation"])
    stranger.answer(ask["invitation"], ("score", 5), complete=True)
    person = seen(
        stranger, lambda tx, known: person_history.read(tx, known, (), Needs(answers=True))
    )
    assert [(one.kind, one.value) for one in person.answers] == [("csat", 5)]


def test_properties_of_counted_events_are_not_read(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": 600}})
    counted = {"events": [{"event": "order_completed", "within_days": 30}]}
    product.survey(event="left", audience=counted)
    sent = [
        {"id": f"{name}{n}", "name": name, "properties": {"large": "x" * 10_000}}
        for name in ("cart", "order_completed")
        for n in range(3)
    ]
    stranger.ok("events", {**stranger.who(), "events": sent})
    project = product.dependencies.project_cache.by_public_key(
        product.public_key, product.clock.now
    )
    assert project is not None
    live = product.dependencies.project_cache.live(project, product.clock.now)
    wanted = live.needs(live.rules)
    person = seen(stranger, lambda tx, known: person_history.read(tx, known, (), wanted))
    assert {name: len(those) for name, those in person.recent.items()} == {
        "cart": 3,
        "order_completed": 1,
    }
    assert [one.properties for those in person.recent.values() for one in those] == [{}] * 4
    assert stranger.did() is not None


def test_properties_are_read_for_a_sequence_with_filters(
    product: Product, stranger: Visitor
) -> None:
    filters = [{"property": "items", "op": "gt", "value": 2}]
    product.survey(trigger={"after": {"event": "cart", "within": 600, "filters": filters}})
    for items in (1, 3):
        assert stranger.did() is None
        sent = [{"id": f"c{items}", "name": "cart", "properties": {"items": items}}]
        stranger.ok("events", {**stranger.who(), "events": sent})
    assert stranger.did() is not None
