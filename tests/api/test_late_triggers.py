"""A trigger that reaches the server late is judged by its own time."""

from typing import Any

import pytest

from tests.api.invitation_states import state_of, waited
from tests.product import Product


@pytest.mark.parametrize("ahead", [0, -7_200])
@pytest.mark.parametrize(("seconds", "asked"), [(0, True), (2.9, True), (3, False), (20, False)])
@pytest.mark.parametrize(
    "trigger", [{"event": "order_completed"}, {"kind": "click", "selector": "button"}]
)
def test_a_late_trigger_is_judged_by_its_own_time(
    product: Product, trigger: dict[str, Any], seconds: float, asked: bool, ahead: float
) -> None:
    survey = product.publish({"template": "csat", "trigger": trigger, "ask_within": 3})
    kind = trigger.get("kind", "event")
    happened = {"surveys": [survey[-8:]]} if kind == "click" else {"name": "order_completed"}
    reply = waited(product.visitor("u_1"), kind, seconds, ahead=ahead, **happened)
    assert (reply["ask"] is not None) is asked


@pytest.mark.parametrize(
    "trigger",
    [
        {"kind": "exit_intent"},
        {"kind": "scroll", "percent": 50},
        {"kind": "time_on_page", "seconds": 5},
        {"kind": "inactivity", "seconds": 5},
    ],
)
def test_other_late_page_triggers_are_judged_by_their_own_time(
    product: Product, trigger: dict[str, Any]
) -> None:
    survey = product.publish({"template": "csat", "trigger": trigger, "ask_within": 3})
    for seconds, asked in ((3, False), (2.9, True)):
        reply = waited(product.visitor(), trigger["kind"], seconds, surveys=[survey[-8:]])
        assert (reply["ask"] is not None) is asked


def test_a_late_page_view_is_not_too_old(product: Product) -> None:
    survey = product.page_survey(ask_within=3)
    reply = waited(product.visitor(), "page_view", 20, surveys=[survey[-8:]])
    assert reply["ask"] is not None


def test_a_trigger_without_sent_at_counts_as_current(product: Product) -> None:
    product.survey(ask_within=3)
    assert product.visitor().did(at="2001-01-01T00:00:00Z") is not None


def test_a_late_trigger_sets_the_expiry_by_its_own_time(product: Product) -> None:
    product.survey(trigger={"delay": 10}, ask_within=5)
    reply = waited(product.visitor("u_1"), "event", 4, name="order_completed")
    assert reply["waiting"]["in"] == 6
    product.clock.forward(seconds=11)
    assert state_of(product) == ["expired"]
