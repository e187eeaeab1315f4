"""How an invitation is cancelled, expires or is shown, and the ledger entry for each step."""

from typing import Any

import pytest

from tests.api.invitation_states import AT_ONCE, does, state_of, waited
from tests.product import Product


@pytest.mark.parametrize("source", ["page", "backend"])
@pytest.mark.parametrize(
    "trigger",
    [{"delay": 3, "cancel_on": ["undo"]}, {"unless": {"event": "undo", "within": 3}}],
    ids=["cancel_on", "unless"],
)
def test_a_cancelled_invitation_stays_cancelled_and_the_next_event_makes_a_new_one(
    product: Product, source: str, trigger: dict[str, Any]
) -> None:
    product.survey("csat", "cart", trigger=trigger)
    visitor = product.visitor("u_1")
    for name in ("cart", "undo", "cart"):
        assert does(product, visitor, source, name) is None
        product.clock.forward(seconds=1)
    assert product.ledger("u_1") == [("cancelled", 1), ("queued", 1), ("queued", 1)]
    assert state_of(product) == ["cancelled", "queued"]
    product.clock.forward(seconds=2)
    visitor.show(visitor.asked()["invitation"])
    assert product.ledger("u_1") == [("asked", 1), ("cancelled", 1), ("queued", 1), ("queued", 1)]


def test_an_unseen_claim_is_cancelled_too(product: Product) -> None:
    product.survey("csat", "cart", trigger={"cancel_on": ["undo"]})
    visitor = product.visitor("u_1")
    assert visitor.did("cart") is not None
    product.clock.forward(seconds=5)  # the page was closed
    product.track("u_1", "undo")
    product.clock.forward(seconds=15)
    assert visitor.did("cart") is not None
    product.clock.forward(seconds=20)
    assert visitor.asked() is not None
    assert visitor.asked() is None


def test_a_claimed_invitation_is_cancelled_when_it_is_next_requested(
    product: Product,
) -> None:
    """A claimed invitation is not cancelled at once, because the page may have shown it."""
    product.survey("csat", "cart", trigger={"cancel_on": ["undo"]})
    visitor = product.visitor("u_1")
    visitor.did("cart")
    product.clock.forward(seconds=5)
    product.track("u_1", "undo")
    assert state_of(product) == ["claimed"]
    product.clock.forward(seconds=15)
    assert visitor.asked() is None
    assert state_of(product) == ["cancelled"]
    assert product.ledger("u_1") == [("cancelled", 1), ("queued", 1)]


@pytest.mark.parametrize("source", ["page", "backend"])
def test_a_cancellation_before_the_invitation_is_a_silence(product: Product, source: str) -> None:
    product.survey("csat", "cart", trigger={"cancel_on": ["undo"]})
    visitor = product.visitor("u_1")
    earlier = product.clock.now.isoformat()
    product.clock.forward(seconds=5)
    assert does(product, visitor, source, "undo") is None
    if source == "page":
        assert waited(visitor, "event", 5, name="cart")["ask"] is None
    else:
        product.track("u_1", "cart", at=earlier)
    assert state_of(product) == []
    assert product.ledger("u_1") == [("already_cancelled", 1)]
    assert does(product, visitor, source, "cart") is not None
    assert product.ledger("u_1") == [("already_cancelled", 1), ("queued", 1)]


def test_an_earlier_event_does_not_cancel_a_later_invitation(product: Product) -> None:
    product.survey("csat", "cart", trigger={"delay": 3, "cancel_on": ["undo"]})
    earlier = product.clock.now.isoformat()
    product.clock.forward(seconds=1)
    product.track("u_1", "cart")
    product.track("u_1", "undo", at=earlier)  # it arrives late
    assert state_of(product) == ["queued"]


def test_an_unseen_invitation_expires(product: Product) -> None:
    product.survey(ask_within=1)
    product.track("u_1")
    assert product.ledger("u_1") == [("queued", 1)]
    product.clock.forward(seconds=2)
    assert product.ledger("u_1") == [("expired", 1), ("queued", 1)]
    assert state_of(product) == ["expired"]
    assert product.visitor("u_1").asked() is None


def test_a_lapsed_claim_expires_at_its_time(product: Product) -> None:
    product.survey(ask_within=60)
    assert product.visitor("u_1").did() is not None
    for seconds, state in ((14, "claimed"), (2, "queued"), (50, "expired")):
        product.clock.forward(seconds=seconds)
        assert state_of(product) == [state]
    assert product.ledger("u_1") == [("expired", 1), ("queued", 1)]


def test_a_delayed_invitation_is_offered_and_expires_later(product: Product) -> None:
    product.survey(trigger={"delay": 10}, ask_within=5)
    product.track("u_1")
    for seconds, state in ((11, "queued"), (5, "expired")):
        product.clock.forward(seconds=seconds)
        assert state_of(product) == [state]


def test_a_waiting_invitation_that_is_shown_later_counts_as_asked(product: Product) -> None:
    product.survey("csat", "one", throttle=AT_ONCE)
    product.survey("ces", "two", throttle=AT_ONCE)
    visitor = product.visitor("u_1")
    visitor.show(visitor.did("one")["invitation"])
    assert visitor.did("two") is None
    assert product.ledger("u_1") == [("asked", 1), ("queued", 1), ("waits", 1)]
    product.clock.forward(minutes=1)
    visitor.show(visitor.asked()["invitation"])
    assert product.ledger("u_1") == [("asked", 1), ("asked", 1), ("queued", 1), ("waits", 1)]


@pytest.mark.parametrize("step", ["shown", "dismissed", "answer"])
def test_an_expired_invitation_that_was_seen_counts_as_asked(product: Product, step: str) -> None:
    """A slow or suspended page reports the state late."""
    survey = product.survey(ask_within=1)
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    product.clock.forward(seconds=16)
    assert state_of(product) == ["expired"]
    if step == "answer":
        visitor.answer(held, ("score", 4))
    else:
        visitor.state(held, step)
    assert product.ledger("u_1") == [("asked", 1), ("expired", 1), ("queued", 1)]
    assert product.report(survey)["counts"]["shown"] == 1
    assert state_of(product)[0] not in ("expired", "queued")


def test_an_answer_before_shown_counts_as_asked_once(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.answer(held, ("score", 4))
    visitor.show(held)
    visitor.answer(held, ("score", 4), complete=True)
    assert product.ledger("u_1") == [("asked", 1), ("queued", 1)]


def test_later_states_do_not_count_as_asked_again(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    for state in ("shown", "started", "dismissed"):
        assert visitor.state(held, state).json["state"] == state
    assert product.ledger("u_1") == [("asked", 1), ("queued", 1)]
