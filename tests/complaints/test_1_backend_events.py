"""A backend event that triggers a survey (PostHog #25433, #24028; formbricks #2244)."""

import json
from itertools import islice
from uuid import uuid4

from tests.product import Product


def test_a_backend_event_triggers_a_survey_formbricks_2244(product: Product) -> None:
    survey = product.survey()
    product.track("u_42", properties={"total": 99})
    assert product.visitor("u_42").asked()["survey"]["id"] == survey


def test_a_person_without_an_open_page_is_asked_on_the_next_one_posthog_25433(
    product: Product,
) -> None:
    product.survey(ask_within=3_600)
    product.track("u_42")
    product.clock.forward(minutes=59)
    assert product.visitor("u_42").asked() is not None


def test_an_open_page_is_told_of_a_backend_event_at_once_posthog_24028(product: Product) -> None:
    """The test in a browser is tests/e2e/test_an_order_becomes_a_score.py."""
    product.survey()
    visitor = product.visitor("u_42")
    visitor.asked()
    stream = product.client.post(
        f"/v1/p/{product.public_key}/live",
        data=json.dumps(visitor.who()),
        headers={"Origin": visitor.origin},
        buffered=False,
    )
    chunks = iter(stream.response)
    assert b"rules" in b"".join(islice(chunks, 2))
    product.track("u_42")
    assert b"event: invitation" in next(chunks)


def test_a_backend_event_of_a_visitor_who_never_logged_in_triggers_too(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    product.track(None, anonymous_id=visitor.id)
    assert visitor.asked() is not None


def test_nobody_can_get_a_users_survey_by_sending_their_user_id(product: Product) -> None:
    product.survey()
    product.track("u_42")
    stranger = product.visitor()
    stranger.ok("identify", {**stranger.who(), "user_id": "u_42"})
    assert stranger.asked() is None
    assert product.visitor("u_42").asked() is not None


def test_the_filters_of_a_trigger_apply_to_backend_events(product: Product) -> None:
    product.survey(trigger={"filters": [{"property": "total", "op": "gte", "value": 50}]})
    for user, total in (("u_small", 49.99), ("u_large", 50)):
        product.track(user, properties={"total": total})
    assert product.visitor("u_small").asked() is None
    assert product.visitor("u_large").asked() is not None


def test_the_tenth_event_of_a_backend_triggers_and_no_other(product: Product) -> None:
    product.survey(trigger={"nth": 10})
    for n in range(1, 12):
        product.track("u_42")
        asked = product.visitor("u_42").asked() is not None
        assert asked is (n == 10)
        product.clock.forward(minutes=20)


def test_a_retried_batch_asks_once(product: Product) -> None:
    product.survey(throttle={"again_after_days": {"ignored": 0}})
    event = uuid4().hex
    visitor = product.visitor("u_42")
    product.track("u_42", id=event)
    visitor.show(visitor.asked()["invitation"])
    product.clock.forward(minutes=2)
    assert product.track("u_42", id=event)["status"] == "duplicate"
    assert visitor.asked() is None
