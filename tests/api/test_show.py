"""`sayso.show(id)`: a survey that the page or the person opens by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.product import Product, Visitor


def by_hand(product: Product, **more: Any) -> str:
    """A live survey that pages may open."""
    return product.survey(by_hand=True, **more)


def opened(visitor: Visitor, survey: str) -> Any:
    """The survey that the page is asked to show, or None."""
    return visitor.asked("show", surveys=[survey])


def test_a_live_survey_opens_regardless_of_its_trigger(product: Product) -> None:
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
def test_throttle_and_trigger_do_not_apply(product: Product, more: Mapping[str, Any]) -> None:
    visitor = product.visitor("u_1")
    product.survey("ces", event="other")
    first = visitor.did("other")
    visitor.show(first["invitation"])
    visitor.answer(first["invitation"], ("score", 1), complete=True)
    assert opened(visitor, by_hand(product, **more))


def test_a_person_who_chose_never_can_still_open_a_survey(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    visitor.state(invitation, "never")
    assert visitor.did() is None
    assert opened(visitor, survey)


def test_a_survey_can_be_reopened_until_it_is_answered(product: Product) -> None:
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


def test_after_an_answer_the_surveys_wait_applies(product: Product) -> None:
    survey = by_hand(product, throttle={"again_after_days": {"answered": 30}, "cool_down_days": 0})
    visitor = product.visitor()
    ask = opened(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    product.clock.forward(days=29)
    assert opened(visitor, survey) is None
    product.clock.forward(days=2)
    assert opened(visitor, survey)


def test_a_survey_does_not_open_while_another_popup_is_open(product: Product) -> None:
    product.survey("ces", event="other")
    survey = by_hand(product)
    visitor = product.visitor()
    visitor.show(visitor.did("other")["invitation"])
    assert opened(visitor, survey) is None


def test_two_tabs_do_not_open_a_survey_twice(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    assert opened(visitor, survey)
    assert opened(visitor, survey) is None


def test_a_full_quota_blocks_opening(product: Product) -> None:
    survey = by_hand(product, quota={"responses": 1})
    ask = opened(product.visitor(), survey)
    assert ask
    assert opened(product.visitor(), survey) is None


def test_a_paused_survey_or_a_partial_id_opens_nothing(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor()
    for name in (survey[-8:], "nonsense", survey.replace("-", "")):
        assert opened(visitor, name) is None
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert opened(visitor, survey) is None


def test_another_origin_is_refused(product: Product) -> None:
    survey = by_hand(product)
    stranger = Visitor(product, origin="https://elsewhere.example")
    trigger = {"kind": "show", "id": "t_1", "surveys": [survey]}
    assert stranger.post("decide", {**stranger.who(), "trigger": trigger}).status_code == 403


def test_the_ledger_records_an_opening_by_hand_or_the_reason_against_it(product: Product) -> None:
    survey = by_hand(product)
    visitor = product.visitor("u_1")
    ask = opened(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    opened(visitor, survey)
    assert product.ledger("u_1") == [("already_asked", 1), ("opened_by_hand", 1), ("queued", 1)]
