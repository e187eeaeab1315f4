"""Pages collect exactly the events that live rules read."""

from typing import Any

import pytest

from sayso_server.storage.projects import projects
from tests.product import Product, Visitor

HOUR = 3_600
READ: list[dict[str, Any]] = [
    {"trigger": {"after": {"event": "cart", "within": HOUR}}},
    {"trigger": {"unless": {"event": "cart", "within": 60}}},
    {"trigger": {"cancel_on": ["other", "cart"], "delay": 60}},
    {"audience": {"events": [{"event": "cart"}]}},
    {"audience": {"events": [{"event": "cart", "at_most": 0, "within_days": 30}]}},
    {"audience": {"segments": ["shoppers"]}},
    {"trigger": {"from": "backend", "after": {"event": "cart", "within": HOUR}}},
]
SHOPPERS = {"events": [{"event": "cart"}]}


def rules(product: Product) -> Any:
    return product.client.get(f"/v1/p/{product.public_key}/rules.json").json


def send(visitor: Visitor, name: str) -> Any:
    events = [{"id": "e", "name": name}]
    return visitor.ok("events", {**visitor.who(), "events": events})["results"][0]


def names_kept(product: Product, visitor: Visitor) -> list[str]:
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u", "anonymous_id": visitor.id}]})
    person = product.ok("GET", "/v1/people?user_id=u")["person"]
    return sorted(event["name"] for event in person["events"])


@pytest.mark.parametrize("read", READ)
def test_an_event_that_a_rule_reads_is_stored_by_events_and_decide(
    product: Product, stranger: Visitor, read: dict[str, Any]
) -> None:
    product.ok("PUT", "/v1/segments/shoppers", SHOPPERS)
    product.survey(**read)
    assert "cart" in rules(product)["tracked"]
    assert "cart" not in rules(product)["events"]
    assert send(stranger, "cart") == {"id": "e", "status": "stored"}
    assert stranger.did("cart") is None
    assert names_kept(product, stranger) == ["cart", "cart"]


def test_a_sequence_of_page_events_fires(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    assert stranger.did() is None
    send(stranger, "cart")
    product.clock.forward(minutes=5)
    assert stranger.did() is not None


def test_a_sequence_fires_when_each_step_is_decided(product: Product) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    visitor = product.visitor()
    assert visitor.did("cart") is None
    product.clock.forward(minutes=5)
    assert visitor.did() is not None


def test_an_absence_of_page_events_fires(product: Product) -> None:
    product.survey(trigger={"unless": {"event": "paid", "within": 60}})
    left, paid = product.visitor(), product.visitor()
    for visitor in (left, paid):
        assert visitor.decide("event", name="order_completed")["waiting"]
    product.clock.forward(seconds=30)
    send(paid, "paid")
    product.clock.forward(seconds=31)
    assert left.asked() is not None
    assert paid.asked() is None


def test_page_events_put_a_visitor_in_the_audience(product: Product, stranger: Visitor) -> None:
    product.ok("PUT", "/v1/segments/shoppers", SHOPPERS)
    product.survey(audience={"segments": ["shoppers"]})
    assert stranger.did() is None
    send(stranger, "cart")
    assert stranger.did() is not None


def test_a_changed_segment_changes_the_collected_events(
    product: Product, stranger: Visitor
) -> None:
    product.ok("PUT", "/v1/segments/shoppers", SHOPPERS)
    product.survey(audience={"segments": ["shoppers"]})
    before = rules(product)
    product.ok("PUT", "/v1/segments/shoppers", {"events": [{"event": "basket"}]})
    assert rules(product)["version"] > before["version"]
    assert (before["tracked"], rules(product)["tracked"]) == (["cart"], ["basket"])
    assert send(stranger, "cart")["reason"] == "not_tracked"
    assert send(stranger, "basket")["status"] == "stored"


def test_a_segment_that_no_live_survey_uses_collects_nothing(product: Product) -> None:
    product.ok("PUT", "/v1/segments/shoppers", SHOPPERS)
    product.survey()
    assert rules(product)["tracked"] == []


def test_a_paused_survey_collects_nothing(product: Product, stranger: Visitor) -> None:
    survey = product.survey(trigger={"cancel_on": ["cart"], "delay": 60})
    assert send(stranger, "cart")["status"] == "stored"
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert rules(product)["tracked"] == []
    assert send(stranger, "cart")["reason"] == "not_tracked"
    assert stranger.did("cart") is None
    assert names_kept(product, stranger) == ["cart"]


@pytest.mark.parametrize("name", ["secret_step", "anything", "order_completed "])
def test_an_event_that_no_rule_reads_is_neither_listed_nor_stored(
    product: Product, stranger: Visitor, name: str
) -> None:
    product.survey(event="secret_step", trigger={"from": "backend", "nth": 3})
    product.survey()
    found = rules(product)
    assert name not in [*found["events"], *found["tracked"]]
    assert send(stranger, name)["reason"] == "not_tracked"


def test_a_tracked_event_is_stored_by_events_and_decide(
    product: Product, stranger: Visitor
) -> None:
    store, project = product.dependencies.store, product.project_id
    store.write(lambda c: projects.change(c, project, {"tracked": ["opened"]}))
    product.dependencies.project_cache.forget()
    assert send(stranger, "opened")["status"] == "stored"
    assert stranger.did("opened") is None
    assert names_kept(product, stranger) == ["opened", "opened"]
