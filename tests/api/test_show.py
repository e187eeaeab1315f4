"""`sayso.show(id)`: what the page or the person opens by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.product import Product, Visitor


def by_hand(product: Product, **more: Any) -> str:
    """A live survey that pages may open."""
    return product.survey(by_hand=True, **more)


def opened(visitor: Visitor, survey: str) -> Any:
    """What the page is asked to show, or None."""
    return visitor.asked("show", surveys=[survey])


def test_a_live_survey_is_opened_whatever_its_trigger_says(product: Product) -> None:
    survey = by_hand(product, trigger={"from": "backend", "nth": 3, "delay": 60})
    ask = opened(product.visitor(), survey)
    assert ask["survey"]["id"] == survey
    assert ask["invitation"]


@pytest.mark.parametrize(
    "more",
    [
        {"throttle": {"cool_down_days": 90}},
        {"trigger": {"nth": 9}},
        {"trigger": {"after": {"event": "cart", "within": 60}}},
    ],
)
def test_throttle_and_trigger_hold_nobody_back(product: Product, more: Mapping[str, Any]) -> None:
    visitor = product.visitor("u_1")
    product.survey("ces", event="other")
    first = visitor.did("other")
    visitor.show(first["invitation"])
    visitor.answer(first["invitation"], ("score", 1), complete=True)
    assert opened(visitor, by_hand(product, **more))


def test_who_never_wants_to_be_asked_may_still_open_it(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    visitor.state(invitation, "never")
    assert visitor.did() is None
    assert opened(visitor, survey)


def test_it_may_be_opened_again_until_it_is_answered(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    for state in ("shown", "dismissed"):
        ask = opened(visitor, survey)
        visitor.show(ask["invitation"])
        visitor.state(ask["invitation"], state)
    ask = opened(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    assert opened(visitor, survey) is None


def test_after_an_answer_the_surveys_own_wait_holds(product: Product) -> None:
    survey = by_hand(product, throttle={"again_after_days": {"answered": 30}, "cool_down_days": 0})
    visitor = product.visitor()
    ask = opened(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    product.clock.forward(days=29)
    assert opened(visitor, survey) is None
    product.clock.forward(days=2)
    assert opened(visitor, survey)


def test_one_popup_at_a_time_also_by_hand(product: Product) -> None:
    product.survey("ces", event="other")
    survey = by_hand(product)
    visitor = product.visitor()
    visitor.show(visitor.did("other")["invitation"])
    assert opened(visitor, survey) is None


def test_two_tabs_do_not_open_it_twice(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    assert opened(visitor, survey)
    assert opened(visitor, survey) is None


def test_a_quota_is_not_passed(product: Product) -> None:
    survey = by_hand(product, quota={"responses": 1})
    ask = opened(product.visitor(), survey)
    assert ask
    assert opened(product.visitor(), survey) is None


def test_what_is_not_live_or_not_named_in_full_is_not_opened(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    for name in (survey[-8:], "nonsense", survey.replace("-", "")):
        assert opened(visitor, name) is None
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert opened(visitor, survey) is None


def test_another_origin_opens_nothing(product: Product) -> None:
    survey = by_hand(product)
    stranger = Visitor(product, origin="https://elsewhere.example")
    trigger = {"kind": "show", "id": "t_1", "surveys": [survey]}
    assert stranger.post("decide", {**stranger.who(), "trigger": trigger}).status_code == 403


def test_the_ledger_says_that_it_was_opened_by_hand_or_why_not(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor("u_1")
    ask = opened(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    opened(visitor, survey)
    assert product.ledger("u_1") == [("already_asked", 1), ("opened_by_hand", 1), ("queued", 1)]
