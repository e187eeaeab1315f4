"""Asked again too soon: on another device, after answering, in every tab, after log-in."""

from datetime import timedelta
from uuid import UUID

import pytest

from sayso_server.asking.project_cache import page_name
from tests.product import Product, Visitor

EVERY_30_DAYS = {
    "again_after_days": {"answered": 30, "dismissed": 30, "snoozed": 30, "ignored": 30}
}


def answer(visitor: Visitor) -> None:
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    visitor.answer(invitation, ("score", 5), complete=True)


def later(product: Product, **span: float) -> None:
    product.clock.forward(**span)


def at_page(product: Product, visitor: Visitor, user: str | None = None) -> Visitor:
    """The same browser with a new token, or logged out."""
    visitor.token = product.token(user) if user else None
    return visitor


def test_on_another_device_nobody_is_asked_again_posthog_44150(product: Product) -> None:
    product.survey()
    answer(product.visitor("u_42"))
    later(product, days=1)
    assert product.visitor("u_42").did() is None
    product.track("u_42")
    assert product.visitor("u_42").asked() is None


def test_two_devices_that_were_anonymous_count_as_one_once_they_log_in(product: Product) -> None:
    product.survey()
    phone, laptop = product.visitor(), product.visitor()
    answer(phone)
    phone.token = product.token("u_42")
    phone.asked()
    laptop.token = product.token("u_42")
    assert laptop.did() is None


@pytest.mark.parametrize("state", ["dismissed", "started", None])
def test_after_answering_or_closing_it_is_not_shown_again_posthog_31243_21486(
    product: Product, state: str | None
) -> None:
    product.survey()
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    if state is None:
        visitor.answer(invitation, ("score", 1), complete=True)
    else:
        visitor.state(invitation, state)
    for _ in range(3):
        later(product, days=100)
        assert visitor.did() is None


def test_a_new_version_of_a_survey_is_not_asked_of_those_who_answered(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor()
    answer(visitor)
    changed = {"name": "b", "template": "nps", "trigger": {"event": "order_completed"}}
    product.ok("PUT", f"/v1/surveys/{survey}", changed)
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    later(product, days=1)
    assert visitor.did() is None
    assert product.visitor().did() is not None


def test_of_many_open_tabs_one_asks_posthog_26028(product: Product) -> None:
    """tests/asking/test_races.py tests concurrent tabs, in threads."""
    product.survey()
    product.track("u_42")
    user = product.visitor("u_42")
    tabs = [Visitor(product, user.token, user.id) for _ in range(8)]
    assert sum(tab.asked() is not None for tab in tabs) == 1
    assert sum(tab.did() is not None for tab in tabs) == 0


def test_after_log_out_and_log_in_nobody_is_asked_again_formbricks_5843(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_42")
    answer(visitor)
    later(product, minutes=5)
    assert at_page(product, visitor).did() is None  # logged out
    assert at_page(product, visitor, "u_42").did() is None  # logged in again
    later(product, days=40)
    assert at_page(product, visitor).did() is None
    assert at_page(product, visitor, "u_42").did() is None


def test_a_person_who_answered_before_logging_in_is_not_asked_after_it_formbricks_5813(
    product: Product,
) -> None:
    product.survey()
    visitor = product.visitor()
    answer(visitor)
    later(product, minutes=5)
    assert at_page(product, visitor, "u_42").did() is None
    assert product.visitor("u_42").did() is None


def test_a_person_who_answered_anonymously_is_not_asked_once_they_log_in_there(
    product: Product,
) -> None:
    product.survey()
    product.visitor("u_42").asked()  # this person already exists, so the two are merged
    laptop = product.visitor()
    answer(laptop)
    later(product, minutes=5)
    assert at_page(product, laptop, "u_42").did() is None
    assert product.visitor("u_42").did() is None


def test_a_person_who_refused_before_logging_in_is_never_asked_formbricks_4282(
    product: Product,
) -> None:
    product.survey()
    product.survey("nps", "support_called")
    product.track("u_42", "something_else")  # this person already exists, so the two are merged
    visitor = product.visitor()
    visitor.state(visitor.did()["invitation"], "never")
    later(product, days=500)
    assert at_page(product, visitor, "u_42").did("support_called") is None
    assert product.visitor("u_42").did() is None


def test_a_person_who_answered_on_one_device_and_chose_later_on_the_other_is_not_asked_again(
    product: Product,
) -> None:
    product.survey()
    answer(product.visitor("u_42"))
    later(product, days=1)
    laptop = product.visitor()
    invitation = laptop.did()["invitation"]
    laptop.show(invitation)
    laptop.state(invitation, "snoozed")
    later(product, days=8)  # the wait after "ask me later" is over
    assert at_page(product, laptop, "u_42").did() is None


def test_of_two_devices_with_an_invitation_each_only_one_asks_when_they_become_one_person(
    product: Product,
) -> None:
    product.survey()
    laptop = product.visitor()
    product.track(None, anonymous_id=laptop.id)
    product.track("u_42")
    laptop.token = product.token("u_42")
    assert laptop.asked() is not None
    assert product.visitor("u_42").asked() is None


def test_another_user_of_the_same_browser_is_another_person(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_42")
    answer(visitor)
    assert at_page(product, visitor, "u_43").did() is not None


def test_a_repeat_every_30_days_counts_from_when_it_was_last_shown_not_the_surveys_start(
    product: Product,
) -> None:
    product.survey(throttle=EVERY_30_DAYS)
    visitor = product.visitor()
    later(product, days=28)
    answer(visitor)
    later(product, days=2)  # thirty days after the survey's start
    assert visitor.did() is None
    later(product, days=28)
    product.clock.now -= timedelta(minutes=16)  # longer than an invitation waits
    assert visitor.did() is None
    later(product, minutes=16)
    assert visitor.did() is not None


def test_a_relationship_survey_follows_each_persons_own_dates(product: Product) -> None:
    survey = product.publish(
        {"template": "nps", "trigger": {"kind": "lifecycle", "preset": "relationship"}}
    )
    named = [page_name(UUID(survey))]
    signed_up = product.clock.now.isoformat()
    person = {"user_id": "u_42", "attributes": {"signed_up_at": signed_up}}
    product.ok("POST", "/v1/people", {"people": [person]})

    def asked_on_day(day: float) -> bool:
        product.clock.now = start + timedelta(days=day)
        visitor = product.visitor("u_42")
        ask = visitor.asked("page_view", surveys=named)
        if ask is not None:
            visitor.show(ask["invitation"])
            visitor.answer(ask["invitation"], ("score", 9), complete=True)
        return ask is not None

    start = product.clock.now
    days = [0, 6.99, 7, 8, 36.99, 37, 38, 126.99, 127, 216.99, 217]
    assert [day for day in days if asked_on_day(day)] == [7, 37, 127, 217]
