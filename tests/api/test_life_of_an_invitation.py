"""The states of an invitation, and the ledger entry for each step."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from sayso_server.background import Background
from tests.product import ORIGIN, Product, Visitor

AT_ONCE = {"cool_down_days": 0}


def state_of(product: Product, user_id: str = "u_1") -> list[str]:
    Background(product.dependencies).run_once()
    person = product.ok("GET", f"/v1/people?user_id={user_id}")["person"]
    return [row["state"] for row in person["invitations"]]


def does(product: Product, visitor: Visitor, source: str, name: str) -> Any:
    """An event of the user, from page or backend; returns the ask that the page shows, or None."""
    if source == "page":
        return visitor.did(name)
    product.track("u_1", name)
    return visitor.asked()


# --- Cancelled -----------------------------------------------------------------------------


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


# --- Expired and shown ---------------------------------------------------------------------


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


# --- Age of a trigger ----------------------------------------------------------------------


def waited(visitor: Visitor, kind: str, seconds: float, *, ahead: float = 0, **more: Any) -> Any:
    """Calls *decide* `seconds` after the trigger; the page's clock is `ahead` seconds fast."""
    sent_at = visitor.product.clock.now + timedelta(seconds=ahead)
    at = (sent_at - timedelta(seconds=seconds)).isoformat()
    return visitor.ok(
        "decide",
        {
            **visitor.who(),
            "sent_at": sent_at.isoformat(),
            "trigger": {"kind": kind, "id": uuid4().hex, "at": at, **more},
            "page": {"url": f"{ORIGIN}/", "locale": "en"},
        },
    )


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


# --- Closed --------------------------------------------------------------------------------


def test_a_visitor_who_closes_after_the_score_can_be_asked_again_at_once(product: Product) -> None:
    product.survey("csat", "one", throttle=AT_ONCE)
    product.survey("ces", "two", throttle=AT_ONCE)
    visitor = product.visitor("u_1")
    held = visitor.did("one")["invitation"]
    visitor.answer(held, ("score", 4))
    assert visitor.state(held, "closed").json["state"] == "started"
    assert visitor.did("two") is not None
    assert state_of(product) == ["started", "claimed"]


def test_a_popup_closed_before_it_was_seen_frees_its_place_at_once(product: Product) -> None:
    survey = product.survey(quota={"responses": 1})
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.state(held, "closed")
    assert state_of(product) == ["queued"]
    assert product.visitor("u_2").did() is not None
    assert product.report(survey)["counts"]["shown"] == 0


def test_closing_again_or_after_the_end_changes_nothing(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.answer(held, ("score", 4), complete=True)
    assert visitor.state(held, "closed").json["state"] == "completed"
    assert visitor.state(uuid4().hex, "closed").status_code == 404


# --- Waiting for another -------------------------------------------------------------------


@pytest.mark.parametrize("source", ["page", "backend"])
@pytest.mark.parametrize("end", ["dismissed", "snoozed", "closed", "complete"])
def test_a_lower_priority_survey_is_offered_when_the_first_ends(
    product: Product, source: str, end: str
) -> None:
    throttle = {"cool_down_days": 0}
    low = product.survey("csat", throttle=throttle, ask_within=30)
    high = product.survey("nps", throttle=throttle, priority=5)
    visitor = product.visitor("u_1")
    first = does(product, visitor, source, "order_completed")
    assert first["survey"]["id"] == high
    assert visitor.state(first["invitation"], "shown").json["waiting"] == {"in": 0}
    assert visitor.asked() is None  # while the first is open
    product.clock.forward(seconds=5)
    if end in ("closed", "complete"):
        visitor.answer(first["invitation"], ("score", 9), complete=end == "complete")
    if end != "complete":
        assert visitor.state(first["invitation"], end).json["waiting"] == {"in": 0}
    second = visitor.asked()
    assert second["survey"]["id"] == low


def test_a_lower_priority_survey_is_offered_when_the_first_counts_as_ignored(
    product: Product,
) -> None:
    product.survey("csat", throttle=AT_ONCE)
    product.survey("nps", throttle=AT_ONCE, priority=5)
    visitor = product.visitor("u_1")
    visitor.show(visitor.did()["invitation"])
    product.clock.forward(seconds=59)
    assert visitor.decide()["waiting"]["in"] == 1
    product.clock.forward(seconds=1)
    assert visitor.asked() is not None


def test_a_page_learns_when_to_request_a_waiting_invitation(product: Product) -> None:
    product.survey("csat", "one", throttle=AT_ONCE)
    product.survey("ces", "two", trigger={"delay": 60}, throttle=AT_ONCE)
    visitor = product.visitor("u_1")
    visitor.did("two")
    held = visitor.did("one")["invitation"]
    assert visitor.state(held, "shown").json["waiting"] == {"in": 60}
    assert visitor.decide()["waiting"]["in"] == 60


def test_an_unproven_page_learns_nothing_about_a_proven_persons_invitations(
    product: Product,
) -> None:
    product.survey("csat", "one", throttle=AT_ONCE)
    product.survey("ces", "two", throttle=AT_ONCE)
    visitor = product.visitor("u_1")
    visitor.asked()
    product.track("u_1", "two")
    visitor.token = None
    held = visitor.did("one")["invitation"]
    assert "waiting" not in visitor.state(held, "shown").json


# --- Back on the next page -----------------------------------------------------------------


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
