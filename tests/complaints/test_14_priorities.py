"""One survey drops the others: first in creation order wins (formbricks)."""

from typing import Any

from tests.product import Product, Visitor

SHORT = {"cool_down_days": 0}


def close(visitor: Visitor, ask: Any) -> None:
    visitor.show(ask["invitation"])
    visitor.state(ask["invitation"], "dismissed")


def test_the_survey_with_priority_goes_first_and_the_other_waits(product: Product) -> None:
    low = product.survey("csat", throttle=SHORT)
    high = product.survey("nps", throttle=SHORT, priority=5)
    visitor = product.visitor("u_42")
    first = visitor.did()
    assert first["survey"]["id"] == high  # although the other survey is older
    close(visitor, first)
    product.clock.forward(minutes=2)
    second = visitor.asked()
    assert second is not None
    assert second["survey"]["id"] == low
    assert product.ledger("u_42") == [("asked", 1), ("queued", 1), ("waits", 1)]


def test_of_queued_backend_invitations_the_one_with_priority_is_asked_first(
    product: Product,
) -> None:
    low = product.survey("csat", throttle=SHORT)
    high = product.survey("nps", "support_called", throttle=SHORT, priority=5)
    product.track("u_42")
    product.clock.forward(seconds=5)
    product.track("u_42", "support_called")
    visitor = product.visitor("u_42")
    asked = []
    for _ in range(2):
        ask = visitor.asked()
        asked.append(ask["survey"]["id"])
        close(visitor, ask)
        product.clock.forward(minutes=2)
    assert asked == [high, low]
    assert visitor.asked() is None


def test_the_older_of_two_equals_goes_first_on_every_page(product: Product) -> None:
    older = product.survey("csat", throttle=SHORT)
    product.survey("nps", throttle=SHORT)
    assert {product.visitor().did()["survey"]["id"] for _ in range(5)} == {older}


def test_a_survey_that_may_not_ask_yields_to_the_next(product: Product) -> None:
    product.survey("nps", priority=5, audience={"languages": ["fr"]})
    low = product.survey("csat")
    assert product.visitor().did(locale="en")["survey"]["id"] == low


def test_an_invitation_that_waited_too_long_expires_and_the_ledger_says_what_was_asked_instead(
    product: Product,
) -> None:
    product.survey("nps", priority=5, throttle={"cool_down_days": 7})
    product.survey("csat", throttle={"cool_down_days": 7})
    visitor = product.visitor("u_42")
    close(visitor, visitor.did())
    product.clock.forward(minutes=2)
    assert visitor.asked() is None
    assert product.ledger("u_42") == [("asked", 1), ("outranked", 1), ("queued", 1)]
