"""What happens once a popup is closed, and what waits behind it."""

from uuid import uuid4

import pytest

from tests.api.invitation_states import AT_ONCE, does, state_of
from tests.product import Product


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
