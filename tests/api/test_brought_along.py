"""*Decide* stores the events that the page collected before it decides."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.product import Product, Visitor

HOUR = 3_600


def collected(product: Product, name: str, *, ago: float, event_id: str = "e") -> dict[str, Any]:
    at = product.clock.now - timedelta(seconds=ago)
    return {"id": event_id, "name": name, "at": at.isoformat(), "properties": {}}


def decide(
    visitor: Visitor,
    *events: Any,
    kind: str = "event",
    ago: float = 0,
    clock: timedelta = timedelta(),
    **trigger: Any,
) -> Any:
    """Calls *decide* with the collected events. The page's clock is off by `clock`; the trigger
    happened `ago` seconds ago."""
    now: datetime = visitor.product.clock.now + clock
    own = {"at": (now - timedelta(seconds=ago)).isoformat()} if kind == "event" else {}
    named = {"name": "order_completed"} if kind == "event" else {}
    return visitor.ok(
        "decide",
        {
            **visitor.who(),
            "trigger": {"kind": kind, "id": uuid4().hex, **named, **own, **trigger},
            "events": list(events),
            "sent_at": now.isoformat(),
            "page": {"url": f"{visitor.origin}/", "locale": "en"},
        },
    )


def test_a_sequence_counts_collected_events(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    assert decide(stranger, collected(product, "cart", ago=0.9))["ask"] is not None


def test_a_later_event_does_not_complete_a_sequence(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    assert decide(stranger, collected(product, "cart", ago=1), ago=2)["ask"] is None


def test_a_collected_event_cancels_a_trigger_that_waited_in_the_page(
    product: Product, stranger: Visitor
) -> None:
    product.survey(trigger={"cancel_on": ["undo"]})
    undo = collected(product, "undo", ago=1)
    assert decide(stranger, undo, ago=2)["ask"] is None
    assert decide(stranger, ago=0)["ask"] is not None


def test_a_collected_event_cancels_a_waiting_invitation(
    product: Product, stranger: Visitor
) -> None:
    product.survey(trigger={"cancel_on": ["undo"], "delay": 3})
    waiting = decide(stranger)["waiting"]
    product.clock.forward(seconds=3)
    undo = collected(product, "undo", ago=0.1)
    reply = decide(stranger, undo, kind="invitation", invitation=waiting["invitation"])
    assert reply["ask"] is None


def test_a_collected_event_ends_an_absence(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"unless": {"event": "paid", "within": 60}})
    waiting = decide(stranger)["waiting"]
    product.clock.forward(seconds=61)
    paid = collected(product, "paid", ago=2)
    reply = decide(stranger, paid, kind="invitation", invitation=waiting["invitation"])
    assert reply["ask"] is None


@pytest.mark.parametrize("kind", ["event", "page_view", "click", "embed", "show"])
def test_an_audience_counts_collected_events(
    product: Product, stranger: Visitor, kind: str
) -> None:
    trigger = {"event": "order_completed"} if kind in ("event", "show") else {"kind": kind}
    if kind == "click":
        trigger["selector"] = "button"
    audience = {"audience": {"events": [{"event": "cart"}]}, "by_hand": kind == "show"}
    survey = product.publish({"template": "csat", "trigger": trigger, **audience})
    named: dict[str, Any] = {
        "event": {},
        "show": {"surveys": [survey]},
    }.get(kind, {"surveys": [survey.replace("-", "")[-8:]]})
    assert decide(stranger, kind=kind, **named)["ask"] is None
    reply = decide(stranger, collected(product, "cart", ago=0.5), kind=kind, **named)
    assert reply["ask"] is not None


def test_a_collected_event_sent_again_is_stored_once(product: Product, stranger: Visitor) -> None:
    product.survey(audience={"events": [{"event": "cart", "at_least": 2}]})
    cart = collected(product, "cart", ago=1)
    assert decide(stranger, cart)["ask"] is None
    sent = stranger.ok("events", {**stranger.who(), "events": [cart]})
    assert sent["results"][0]["status"] == "duplicate"
    assert decide(stranger, cart)["ask"] is None
    assert decide(stranger, collected(product, "cart", ago=0, event_id="f"))["ask"] is not None


def test_a_bad_event_affects_neither_the_decision_nor_other_events(
    product: Product, stranger: Visitor
) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    bad = [{"id": "x"}, "nothing", collected(product, "not_read_by_any_rule", ago=1, event_id="y")]
    assert decide(stranger, *bad, collected(product, "cart", ago=1))["ask"] is not None


def test_a_collected_event_is_stored_when_nothing_is_decided(
    product: Product, stranger: Visitor
) -> None:
    product.survey(trigger={"after": {"event": "cart", "within": HOUR}})
    cart = collected(product, "cart", ago=1)
    assert decide(stranger, cart, name="not_read_by_any_rule")["ask"] is None
    assert decide(stranger)["ask"] is not None


def test_the_pages_clock_is_corrected(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"cancel_on": ["undo"]})
    wrong = timedelta(days=-400)
    undo = collected(product, "undo", ago=1)
    undo["at"] = (product.clock.now + wrong - timedelta(seconds=1)).isoformat()
    assert decide(stranger, undo, ago=2, clock=wrong)["ask"] is None


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_an_implausible_time_counts_as_now(product: Product, stranger: Visitor, at: str) -> None:
    product.survey()
    assert decide(stranger, at=at)["ask"] is not None


def test_a_delay_counts_from_the_event(product: Product, stranger: Visitor) -> None:
    product.survey(trigger={"delay": 30})
    assert decide(stranger, ago=10)["waiting"]["in"] == 20
