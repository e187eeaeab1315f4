"""The permanent button: who gets it, and its label."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from tests.api.test_explain import explain, rules
from tests.product import ORIGIN, Product, Visitor


def with_button(product: Product, trigger: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A live survey that a button opens."""
    return product.publish(
        {"template": "csat", "trigger": {"kind": "button", **(trigger or {})}, **more}
    )


def button(visitor: Visitor, *surveys: str, locale: str = "en") -> Any:
    """The button that the visitor's page gets, or None."""
    page = {"url": f"{ORIGIN}/", "locale": locale}
    names = [UUID(survey).hex[-8:] for survey in surveys]
    return visitor.ok("button", {**visitor.who(), "surveys": names, "page": page})["button"]


def answer(visitor: Visitor, survey: str) -> None:
    """Opens the survey as a click on the button does, and answers it."""
    invitation = visitor.asked("show", surveys=[survey])["invitation"]
    visitor.show(invitation)
    visitor.answer(invitation, ("score", 3), complete=True)


def test_the_button_is_in_the_visitors_language(product: Product) -> None:
    survey = with_button(product)
    assert button(product.visitor(), survey) == {
        "survey": survey,
        "label": "Feedback",
        "language": "en",
        "direction": "ltr",
        "side": "end",
    }
    arabic = button(product.visitor(), survey, locale="ar-EG")
    assert (arabic["language"], arabic["direction"]) == ("ar", "rtl")
    assert arabic["label"] != "Feedback"


def test_the_button_has_the_surveys_label_and_theme(product: Product) -> None:
    survey = with_button(
        product,
        {"label": {"en": "Any ideas?", "de": "Ideen?"}},
        theme={"accent": "#aa0000", "place": "top-start"},
    )
    found = button(product.visitor(), survey, locale="de")
    assert (found["label"], found["side"]) == ("Ideen?", "start")
    assert "#aa0000" in found["theme"]["accent"]


def test_a_label_is_short_and_only_for_buttons(product: Product) -> None:
    for trigger, field in (
        ({"kind": "button", "label": "x" * 41}, "label"),
        ({"kind": "embed", "label": "Here"}, "label"),
    ):
        refused = product.call(
            "POST", "/v1/surveys", {"name": "x", "template": "csat", "trigger": trigger}
        )
        assert refused.status_code == 422
        assert f"trigger.{field}" in refused.json["errors"]


def test_the_page_rules_do_not_contain_the_label(product: Product) -> None:
    survey = with_button(product, {"label": "Any ideas?"})
    moments = product.client.get(f"/v1/p/{product.public_key}/rules.json").json["moments"]
    assert moments == [{"survey": UUID(survey).hex[-8:], "kind": "button"}]


def test_a_person_who_answered_gets_no_button_until_the_wait_is_over(product: Product) -> None:
    survey = with_button(product, throttle={"again_after_days": {"answered": 30}})
    visitor = product.visitor()
    answer(visitor, survey)
    assert button(visitor, survey) is None
    product.clock.forward(days=31)
    assert button(visitor, survey)


def test_a_person_who_chose_never_keeps_the_button(product: Product) -> None:
    survey = with_button(product)
    visitor = product.visitor()
    visitor.state(visitor.asked("show", surveys=[survey])["invitation"], "never")
    assert button(visitor, survey)


@pytest.mark.parametrize(
    ("more", "policy"),
    [
        ({"audience": {"languages": ["ja"]}}, {}),
        ({"ends_at": "2026-03-03T12:00:00Z"}, {}),
        ({}, {"excluded_pages": [{"match": "prefix", "value": "/"}]}),
    ],
)
def test_a_visitor_outside_the_audience_gets_no_button(
    product: Product, more: Mapping[str, Any], policy: Mapping[str, Any]
) -> None:
    survey = with_button(product, **more)
    product.ok("PUT", "/v1/policy", policy)
    product.clock.forward(days=2)
    assert button(product.visitor(), survey) is None


def test_the_button_opens_the_available_survey_with_the_highest_priority(product: Product) -> None:
    low, high = with_button(product), with_button(product, priority=5)
    visitor = product.visitor()
    assert button(visitor, low, high)["survey"] == high
    answer(visitor, high)
    assert button(visitor, low, high)["survey"] == low


def test_only_a_live_button_survey_gets_a_button(product: Product) -> None:
    survey = with_button(product)
    assert button(product.visitor(), product.page_survey()) is None
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert button(product.visitor(), survey) is None


def test_loading_the_button_stores_nothing(product: Product) -> None:
    survey = with_button(product)
    visitor = product.visitor("u_1")
    assert button(visitor, survey)
    assert product.call("GET", "/v1/people?user_id=u_1").status_code == 404


def test_another_origin_is_refused(product: Product) -> None:
    stranger = Visitor(product, origin="https://elsewhere.example")
    body = {**stranger.who(), "surveys": [UUID(with_button(product)).hex[-8:]]}
    assert stranger.post("button", body).status_code == 403


def test_the_panel_does_not_apply_cool_down_or_refusal_to_a_button(product: Product) -> None:
    with_button(product)
    stand = rules(explain(product, product.visitor()))
    assert {"cooling_down", "refused_for_good", "held_out"}.isdisjoint(stand)
    assert stand["already_asked"] is True
