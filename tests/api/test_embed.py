"""A survey embedded in the host's page, at the place that the host chose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from tests.api.test_explain import explain, rules
from tests.product import Product, Visitor


def embedded(product: Product, **more: Any) -> str:
    """A live embedded survey."""
    return product.publish({"template": "csat", "trigger": {"kind": "embed"}, **more})


def asked(visitor: Visitor, survey: str) -> Any:
    """The ask to render in the survey's place, or None."""
    return visitor.asked("embed", surveys=[UUID(survey).hex[-8:]])


def answered(visitor: Visitor, survey: str) -> Any:
    """Shows and answers the embedded survey; returns the ask."""
    ask = asked(visitor, survey)
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 3), complete=True)
    return ask


def test_only_an_embedded_survey_is_rendered_in_the_page(product: Product) -> None:
    survey = embedded(product)
    assert asked(product.visitor(), survey)["survey"]["id"] == survey
    assert asked(product.visitor(), product.page_survey()) is None


@pytest.mark.parametrize(
    ("more", "policy"),
    [
        ({"throttle": {"cool_down_days": 90}}, {}),
        ({}, {"cool_down_days": 90}),
        ({}, {"quiet_hours": {"from": "11:00", "to": "13:00"}}),
    ],
)
def test_cool_down_and_quiet_hours_do_not_apply(
    product: Product, more: Mapping[str, Any], policy: Mapping[str, Any]
) -> None:
    product.survey("ces", event="other")
    survey = embedded(product, **more)
    visitor = product.visitor()
    visitor.show(visitor.did("other")["invitation"])
    product.ok("PUT", "/v1/policy", policy)
    assert asked(visitor, survey)


@pytest.mark.parametrize(
    ("more", "policy"),
    [
        ({"audience": {"languages": ["ja"]}}, {}),
        ({"audience": {"percent": 0.001}}, {}),
        ({}, {"holdout_percent": 50}),
        ({}, {"excluded_pages": [{"match": "prefix", "value": "/"}]}),
    ],
)
def test_audience_holdout_and_excluded_pages_apply(
    product: Product, more: Mapping[str, Any], policy: Mapping[str, Any]
) -> None:
    survey = embedded(product, **more)
    product.ok("PUT", "/v1/policy", policy)
    assert None in [asked(product.visitor(), survey) for _ in range(20)]


def test_never_again_applies(product: Product) -> None:
    survey = embedded(product)
    visitor = product.visitor()
    visitor.state(asked(visitor, survey)["invitation"], "never")
    assert asked(visitor, survey) is None


def test_an_embedded_survey_blocks_no_popup_and_starts_no_cool_down(product: Product) -> None:
    survey = embedded(product)
    product.survey(throttle={"cool_down_days": 90})
    visitor = product.visitor()
    assert asked(visitor, survey)
    assert visitor.did()
    other = product.visitor()
    answered(other, survey)
    assert other.did()


def test_repeated_page_views_reuse_one_invitation(product: Product) -> None:
    survey = embedded(product)
    visitor = product.visitor()
    first = asked(visitor, survey)
    assert asked(visitor, survey) == first
    visitor.show(first["invitation"])
    product.clock.forward(days=3)
    assert asked(visitor, survey) == first
    visitor.answer(first["invitation"], ("score", 3), complete=True)
    report = product.report(survey)
    assert (report["counts"]["shown"], report["n"]) == (1, 1)


def test_a_new_version_makes_a_new_invitation(product: Product) -> None:
    survey = embedded(product)
    visitor = product.visitor()
    first = asked(visitor, survey)
    changed = {
        "name": "changed",
        "template": "csat",
        "trigger": {"kind": "embed"},
        "priority": 1,
    }
    product.ok("PUT", f"/v1/surveys/{survey}", changed)
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert asked(visitor, survey)["invitation"] != first["invitation"]


def test_an_answered_survey_is_hidden_until_its_wait_is_over(product: Product) -> None:
    once = embedded(product)
    again = embedded(product, throttle={"again_after_days": {"answered": 30}})
    visitor = product.visitor()
    for survey in (once, again):
        answered(visitor, survey)
        assert asked(visitor, survey) is None
    product.clock.forward(days=31)
    assert asked(visitor, once) is None
    assert asked(visitor, again)


def test_an_invitations_own_reservation_does_not_fill_the_quota_for_it(product: Product) -> None:
    survey = embedded(product, quota={"responses": 1})
    visitor = product.visitor()
    first = asked(visitor, survey)
    assert asked(product.visitor(), survey) is None
    assert asked(visitor, survey) == first


def test_an_unseen_embedded_survey_is_not_offered_as_a_popup(product: Product) -> None:
    survey = embedded(product)
    visitor = product.visitor()
    first = asked(visitor, survey)
    product.clock.forward(seconds=20)
    assert visitor.asked() is None
    visitor.show(first["invitation"])
    assert product.report(survey)["counts"]["shown"] == 1


@pytest.mark.parametrize("action", ["pause", "end"])
def test_a_paused_or_ended_survey_is_not_rendered(product: Product, action: str) -> None:
    survey = embedded(product)
    visitor = product.visitor()
    assert asked(visitor, survey)
    product.ok("POST", f"/v1/surveys/{survey}/{action}")
    assert asked(visitor, survey) is None


def test_the_ledger_records_embedded_asks_separately(product: Product) -> None:
    survey = embedded(product)
    visitor = product.visitor("u_1")
    asked(visitor, survey)
    answered(visitor, survey)
    asked(visitor, survey)
    assert product.ledger("u_1") == [("already_asked", 1), ("embedded", 1), ("queued", 1)]


def test_the_receipt_names_the_page_and_no_cool_down(product: Product) -> None:
    survey = embedded(product, throttle={"cool_down_days": 30})
    visitor = product.visitor()
    receipt = visitor.ok("receipt", {"invitation": asked(visitor, survey)["invitation"]})
    assert receipt["sentences"][0] == "The page you are on brought up this question."
    assert "This question comes only once." not in receipt["sentences"]
    assert receipt["until"] is None


def test_two_embedded_surveys_cause_no_warning(product: Product) -> None:
    embedded(product)
    second = product.ok(
        "POST",
        "/v1/surveys",
        {"name": "second", "template": "ces", "trigger": {"kind": "embed"}},
    )
    assert not product.ok("POST", f"/v1/surveys/{second['id']}/publish")["warnings"]


def test_the_panel_does_not_apply_the_cool_down(product: Product) -> None:
    embedded(product, audience={"languages": ["de"]})
    stand = rules(explain(product, product.visitor()))
    assert stand["not_in_audience"] is False
    assert "cooling_down" not in stand
