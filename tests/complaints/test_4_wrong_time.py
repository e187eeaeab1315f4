"""Fires at the wrong time: a trigger means "because this just happened" (PostHog #65237)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.product import Product


def test_an_event_of_an_earlier_session_does_not_ask_at_the_next_start_posthog_65237(
    product: Product,
) -> None:
    product.survey()
    yesterday = product.clock.now - timedelta(days=1)
    visitor = product.visitor("u_42")
    event = {"id": "kept", "name": "order_completed", "at": yesterday.isoformat()}
    visitor.ok("events", {**visitor.who(), "events": [event]})
    assert visitor.asked() is None
    assert visitor.did(id="kept") is None
    assert product.track("u_42", at=yesterday.isoformat())["status"] == "stored"
    assert visitor.asked() is None
    assert product.ledger("u_42") == [("too_late", 1)]


def test_an_invitation_waiting_for_the_next_page_is_not_asked_after_it_expires(
    product: Product,
) -> None:
    product.survey(ask_within=900)
    for user in ("u_soon", "u_late"):
        product.track(user)
    product.clock.forward(seconds=899)
    assert product.visitor("u_soon").asked() is not None
    product.clock.forward(seconds=1)
    assert product.visitor("u_late").asked() is None


def test_a_page_event_that_did_not_ask_asks_nothing_on_later_pages(product: Product) -> None:
    product.survey(throttle={"cool_down_days": 7})
    product.survey("nps", "support_called", throttle={"cool_down_days": 7})
    visitor = product.visitor()
    visitor.show(visitor.did()["invitation"])
    product.clock.forward(minutes=5)
    assert visitor.did("support_called") is None
    product.clock.forward(days=30)
    assert visitor.asked() is None


@pytest.mark.parametrize(
    ("sent_late_by", "clock_ahead_by", "asked"),
    [
        (timedelta(minutes=14), timedelta(), True),
        (timedelta(minutes=16), timedelta(), False),
        (timedelta(minutes=14), timedelta(days=400), True),
        (timedelta(minutes=16), timedelta(days=-400), False),
        (timedelta(), timedelta(hours=-7), True),
    ],
)
def test_a_wrong_clock_makes_no_event_older_or_newer_than_it_is(
    product: Product, sent_late_by: timedelta, clock_ahead_by: timedelta, asked: bool
) -> None:
    product.survey()
    theirs = product.clock.now + clock_ahead_by
    event: dict[str, Any] = {
        "id": "e",
        "name": "order_completed",
        "user_id": "u_42",
        "at": (theirs - sent_late_by).isoformat(),
    }
    product.ok("POST", "/v1/events", {"sent_at": theirs.isoformat(), "events": [event]})
    assert (product.visitor("u_42").asked() is not None) is asked


def test_an_event_a_little_ahead_of_our_clock_asks_within_its_time(product: Product) -> None:
    product.survey(
        audience={"events": [{"event": "order_completed", "within_days": 7}]},
    )
    ahead = product.clock.now + timedelta(minutes=4)
    product.track("u_42", at=ahead.isoformat())
    product.clock.now = ahead
    assert product.visitor("u_42").asked() is not None


def test_a_survey_waits_for_the_absence_of_an_event_and_is_cancelled_by_it(
    product: Product,
) -> None:
    product.survey(
        event="checkout_started",
        trigger={"unless": {"event": "order_completed", "within": 1_800}},
    )
    for user in ("u_bought", "u_left"):
        product.track(user, "checkout_started")
    product.clock.forward(minutes=10)
    product.track("u_bought", "order_completed")
    assert product.visitor("u_left").asked() is None
    product.clock.forward(minutes=20)
    assert product.visitor("u_bought").asked() is None
    assert product.visitor("u_left").asked() is not None
