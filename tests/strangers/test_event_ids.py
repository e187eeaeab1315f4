"""An event id belongs to its sender: others cannot use it up or learn that it exists."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from sayso_server.storage.database import schema
from sayso_server.storage.database.store import Store
from tests.one_product import app
from tests.product import Product, Visitor

__all__ = ["app"]

IDS = ["order-981-completed", "1", "e" * 64, str(uuid4())]


def send(visitor: Visitor, event_id: str, name: str = "order_completed") -> str:
    """Sends a page event to be stored only; returns its status."""
    events = [{"id": event_id, "name": name}]
    status: str = visitor.ok("events", {**visitor.who(), "events": events})["results"][0]["status"]
    return status


def test_a_page_does_not_use_up_a_backends_event_id(product: Product, stranger: Visitor) -> None:
    product.survey(event="order_completed")
    for event_id in IDS:
        assert send(stranger, event_id) == "stored"
        assert product.track(event_id, id=event_id)["status"] == "stored"
        assert product.visitor(event_id).asked() is not None
        assert product.track(event_id, id=event_id)["status"] == "duplicate"


def test_a_page_does_not_learn_which_ids_exist(product: Product) -> None:
    product.survey()
    for event_id in IDS:
        assert product.track("u_1", id=event_id)["status"] == "stored"
        stranger = product.visitor()
        assert send(product.visitor("u_1"), event_id) == "stored"
        assert send(stranger, event_id) == "stored"
        assert send(stranger, event_id) == "duplicate"
        assert product.visitor().did(id=event_id) is not None


def test_two_visitors_may_use_the_same_id(product: Product) -> None:
    product.survey()
    first, second = product.visitor(), product.visitor()
    assert first.did(id="e") is not None
    assert second.did(id="e") is not None
    assert [send(one, "e") for one in (first, second)] == ["duplicate", "duplicate"]


@pytest.mark.parametrize("proven", [True, False])
def test_a_page_does_not_learn_what_started_an_invitation(product: Product, proven: bool) -> None:
    product.survey(trigger={"delay": 600})
    visitor = product.visitor("u_1")
    visitor.decide()
    product.track("u_1", id="order-981")
    if not proven:
        visitor.token = None
    for kind in ("invitation", "event", "show", "page_view"):
        reply = visitor.decide(kind, id="order-981", name="other", surveys=["x"])
        if proven and kind == "invitation":  # a proven page may learn that an invitation waits
            del reply["waiting"]
        assert reply == {"ask": None, "version": reply["version"]}


def test_a_resend_after_a_log_in_is_a_duplicate(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    assert send(visitor, "e") == "stored"
    visitor.token = product.token("u_1")
    assert send(visitor, "e") == "duplicate"
    product.track("u_2")  # exists already, so the visitor is merged into it
    other = product.visitor()
    assert send(other, "e") == "stored"
    other.token = product.token("u_2")
    assert send(other, "e") == "duplicate"


def test_visitors_with_the_same_ids_become_one_person(product: Product) -> None:
    product.survey()
    product.track("u_1")
    for _ in range(3):
        visitor = product.visitor()
        assert send(visitor, "e") == "stored"
        visitor.token = product.token("u_1")
        assert send(visitor, "f") == "stored"
    events = product.ok("GET", "/v1/people?user_id=u_1")["person"]["events"]
    assert len(events) == 7


def test_a_question_contains_its_own_senders_event(product: Product) -> None:
    title = "How was your order of {event.total|yesterday}?"
    product.publish(
        {
            "questions": [{"id": "score", "kind": "csat", "title": title}],
            "trigger": {"event": "order_completed"},
        }
    )
    stranger = product.visitor()
    asked = stranger.did(id="e", properties={"total": 1})
    assert "order of 1?" in asked["survey"]["questions"][0]["title"]
    product.track("u_1", id="e", properties={"total": 2})
    asked = product.visitor("u_1").asked()
    assert "order of 2?" in asked["survey"]["questions"][0]["title"]
    asked = product.visitor().did(id="e", properties={"total": 3})
    assert "order of 3?" in asked["survey"]["questions"][0]["title"]


def test_the_migration_keeps_every_event_and_the_downgrade_prefers_the_backends(
    database_url: str,
) -> None:
    engine = Store(create_engine(database_url), key=b"any").engine
    schema.upgrade(engine, "0008")
    project, person = uuid4().hex, uuid4().hex
    before: dict[str, Any] = {"project": project, "person": person, "id": "e", "source": "page"}
    insert = (
        "INSERT INTO events (project_id, id, {}person_id, name, source, proven, at, received_at, "
        "properties) VALUES (:project, :id, {}:person, 'x', :source, :proven, "
        "'2026-03-02 12:00:00', '2026-03-02 12:00:00', '{{}}')"
    )
    earlier, later = insert.format("", ""), insert.format("visitor, ", ":visitor, ")
    with engine.begin() as connection:
        connection.execute(text(earlier), {**before, "proven": False})
    schema.upgrade(engine, "0009")
    with engine.begin() as connection:
        for source, visitor in (("backend", ""), ("page", "a" * 16), ("page", "b" * 16)):
            values = {**before, "proven": True, "source": source, "visitor": visitor}
            connection.execute(text(later), values)
        values = {**before, "id": "f", "proven": True, "visitor": "b" * 16}
        connection.execute(text(later), values)
        assert len(connection.execute(text("SELECT id FROM events")).all()) == 5
    schema.downgrade(engine, "0008")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT id, source FROM events ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [("e", "backend"), ("f", "page")]
    engine.dispose()
