"""An unanswered popup returns on the next page of the tab."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.invitation_states import AT_ONCE, state_of
from tests.product import ORIGIN, Product, Visitor


def back(visitor: Visitor, held: str, **page: Any) -> Any:
    return visitor.ok(
        "decide",
        {
            **visitor.who(),
            "trigger": {"kind": "return", "id": uuid4().hex, "held": held},
            "page": {"url": f"{ORIGIN}/", "locale": "en", **page},
        },
    )["ask"]


def test_an_unanswered_popup_returns_while_it_counts_as_open(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    first = visitor.did()
    visitor.show(first["invitation"])
    product.clock.forward(seconds=59)
    assert back(visitor, first["invitation"]) == {**first, "seen": True}
    visitor.show(first["invitation"])
    assert product.ledger("u_1") == [("asked", 1), ("queued", 1)]
    assert product.report(survey)["counts"]["shown"] == 1
    product.clock.forward(seconds=1)
    assert back(visitor, first["invitation"]) is None
    assert state_of(product) == ["ignored"]


def test_an_unseen_popup_returns_too(product: Product) -> None:
    product.survey(quota={"responses": 1})
    visitor = product.visitor("u_1")
    first = visitor.did()
    for _ in range(2):
        product.clock.forward(seconds=10)
        assert back(visitor, first["invitation"]) == first
        assert state_of(product) == ["claimed"]  # claimed again, so nobody else can take it
    visitor.show(first["invitation"])
    product.clock.forward(seconds=30)
    assert back(visitor, first["invitation"]) == {**first, "seen": True}


@pytest.mark.parametrize("seen", [True, False])
def test_a_cancelled_popup_does_not_return(product: Product, seen: bool) -> None:
    product.survey("csat", "cart", trigger={"cancel_on": ["undo"]})
    visitor = product.visitor("u_1")
    held = visitor.did("cart")["invitation"]
    if seen:
        visitor.show(held)
    product.clock.forward(seconds=2)
    product.track("u_1", "undo")
    for _ in range(2):
        assert back(visitor, held) is None
    if seen:
        assert state_of(product) == ["shown"]
        assert product.ledger("u_1") == [("already_cancelled", 2), ("asked", 1), ("queued", 1)]
    else:
        assert state_of(product) == ["cancelled"]
        assert product.ledger("u_1") == [("cancelled", 1), ("queued", 1)]


@pytest.mark.parametrize("end", ["dismissed", "snoozed", "never", "closed", "answer"])
def test_an_answered_or_closed_popup_does_not_return(product: Product, end: str) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.show(held)
    if end == "answer":
        visitor.answer(held, ("score", 4), complete=True)
    else:
        visitor.state(held, end)
    assert back(visitor, held) is None


def test_a_popup_does_not_return_to_others_on_excluded_pages_or_when_paused(
    product: Product,
) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.show(held)
    assert back(product.visitor("u_2"), held) is None
    assert back(Visitor(product, None, visitor.id), held) is None  # without a token
    assert back(visitor, uuid4().hex) is None
    excluded = {"match": "prefix", "value": f"{ORIGIN}/pay"}
    product.ok("PUT", "/v1/policy", {"excluded_pages": [excluded]})
    assert back(visitor, held, url=f"{ORIGIN}/pay") is None
    assert back(visitor, held) is not None
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert back(visitor, held) is None


def test_an_ignored_survey_has_its_own_wait(product: Product) -> None:
    product.survey(throttle={"again_after_days": {"ignored": 1, "dismissed": 9}, **AT_ONCE})
    visitor = product.visitor("u_1")
    visitor.show(visitor.did()["invitation"])
    product.clock.forward(hours=23)
    visitor.token = product.token("u_1")
    assert visitor.did() is None
    product.clock.forward(hours=1)
    visitor.token = product.token("u_1")
    assert visitor.did() is not None
