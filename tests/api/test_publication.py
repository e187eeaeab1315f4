"""Publication refuses a survey that can never work, and warns about an unlikely one."""

from datetime import timedelta
from typing import Any

import pytest

from tests.product import Product

CSAT = {"name": "Orders", "template": "csat", "trigger": {"event": "order_completed"}}
SCORE = [{"id": "score", "kind": "csat"}]


def event(**trigger: Any) -> dict[str, Any]:
    return {"trigger": {"event": "order_completed", **trigger}}


def publish(product: Product, **survey: Any) -> Any:
    """Creates a draft and publishes it; returns the publication's response."""
    draft = {**CSAT, **survey}
    if "questions" in survey:
        del draft["template"]
    made = product.ok("POST", "/v1/surveys", draft)
    return product.call("POST", f"/v1/surveys/{made['id']}/publish")


TWO_PRICES = [
    {"property": "total", "op": "gt", "value": 9},
    {"property": "total", "op": "lt", "value": 9},
]


@pytest.mark.parametrize(
    ("survey", "field", "said"),
    [
        (event(filters=TWO_PRICES), "trigger.filters", "`total` cannot be gt 9 and lt 9"),
        (
            event(after={"event": "x", "within": 60, "filters": TWO_PRICES}),
            "trigger.after.filters",
            "`total` cannot be",
        ),
        (
            {"trigger": {"kind": "click", "text": "Pay", "url": {"match": "exact", "value": "x"}}},
            "trigger.url.value",
            "begin it with `/`",
        ),
        (
            {"trigger": {"kind": "page_view", "url": {"match": "regex", "value": "(a+)+$"}}},
            "trigger.url.value",
            "repeats a group that itself repeats",
        ),
        (
            {"trigger": {"kind": "page_view", "url": {"match": "exact", "value": "https://["}}},
            "trigger.url.value",
            "begin it with `/`",
        ),
        (
            event(unless={"event": "order_completed", "within": 60}),
            "trigger.unless.event",
            "is the event that starts the survey",
        ),
        (
            event(cancel_on=["order_completed"]),
            "trigger.cancel_on",
            "is the event that starts the survey",
        ),
        ({"audience": {"attributes": TWO_PRICES}}, "audience.attributes", "`total` cannot be"),
        ({"theme": {"text": "#999999"}}, "theme.text", "#767676 would do"),
        ({"theme": {"dark": {"surface": "#eeeeee"}}}, "theme.dark.surface", "our own text"),
        (
            {"variants": [{"name": "a"}, {"name": "b", "theme": {"surface": "#222222"}}]},
            "variants.1.theme.surface",
            "needs 4.5:1",
        ),
        (
            {"audience": {"segments": ["nobody"]}},
            "audience.segments",
            "define it with PUT /v1/segments/nobody",
        ),
        (
            {"audience": {"events": [{"event": "order_completed", "at_most": 0}]}},
            "audience.events",
            "wants `order_completed` never done, but it starts the survey",
        ),
        ({"audience": {"percent": 0}}, "audience.percent", "asks nobody"),
        ({"quota": {"responses": 0}}, "quota.responses", "lets nobody be asked"),
        ({"quota": {"shown": 0}}, "quota.shown", "lets nobody be asked"),
        ({"quota": {"shown_a_day": 0}}, "quota.shown_a_day", "lets nobody be asked"),
        (
            {"variants": [{"name": "a", "weight": 0}, {"name": "b", "weight": 0}]},
            "variants",
            "all weigh 0",
        ),
        ({"variants": [{"name": "a"}, {"name": "a"}]}, "variants", "two variants have the same"),
        (
            {
                "questions": SCORE,
                "variants": [
                    {"name": "a"},
                    {"name": "b", "questions": [{"id": "score", "kind": "nps"}]},
                ],
            },
            "variants.1.questions",
            "asks another score than the survey",
        ),
        (
            {"questions": [*SCORE, {"id": "score", "kind": "comment"}]},
            "questions",
            "two questions have the same id",
        ),
        ({"ends_at": "2026-03-02T12:00:00Z"}, "ends_at", "lies in the past"),
        (
            {"ends_at": "2026-03-09T12:00:00Z", **event(delay=7 * 86_400)},
            "trigger.delay",
            "is longer than the survey lives (7 days)",
        ),
        (
            {
                "ends_at": "2026-03-09T12:00:00Z",
                **event(unless={"event": "x", "within": 7 * 86_400}),
            },
            "trigger.unless.within",
            "is longer than the survey lives",
        ),
        (
            {
                "ends_at": "2026-03-09T12:00:00Z",
                "trigger": {"kind": "lifecycle", "preset": "relationship"},
            },
            "trigger.after_days",
            "is longer than the survey lives",
        ),
        (
            {"ends_at": "2026-03-09T12:00:00Z", "throttle": {"again_after_days": {"answered": 7}}},
            "throttle.again_after_days.answered",
            "is longer than the survey lives",
        ),
    ],
)
def test_a_survey_that_can_never_work_is_refused_with_field_and_remedy(
    product: Product, survey: dict[str, Any], field: str, said: str
) -> None:
    response = publish(product, **survey)
    assert response.status_code == 422, response.text
    assert list(response.json["errors"]) == [field]
    (message,) = response.json["errors"][field]
    assert said in message
    assert product.visitor().did() is None


@pytest.mark.parametrize(
    "survey",
    [
        {"ends_at": "2026-03-02T12:00:01Z"},
        {"ends_at": "2026-03-09T12:00:01Z", **event(delay=7 * 86_400)},
        {"audience": {"percent": 0.1}, "quota": {"responses": 1}},
        {"audience": {"events": [{"event": "order_completed", "at_most": 1}]}},
        {"variants": [{"name": "a", "weight": 0}, {"name": "b"}]},
        {"trigger": {"kind": "page_view", "url": {"match": "regex", "value": "/a+/[0-9]+$"}}},
    ],
)
def test_a_survey_that_can_barely_work_goes_live(product: Product, survey: dict[str, Any]) -> None:
    assert publish(product, **survey).json["state"] == "live"


@pytest.mark.parametrize(
    ("survey", "fields"),
    [
        ({}, {"trigger.event": ["order_completed"]}),
        (event(after={"event": "x", "within": 60}), {"trigger.after.event": ["x"]}),
        (event(unless={"event": "y", "within": 60}), {"trigger.unless.event": ["y"]}),
        (event(cancel_on=["y", "z"]), {"trigger.cancel_on": ["y", "z"]}),
        ({"audience": {"events": [{"event": "w"}]}}, {"audience.events": ["w"]}),
    ],
)
def test_events_that_were_never_received_get_a_warning(
    product: Product, survey: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    if survey:
        product.track("u_1")
    warnings = publish(product, **survey).json["warnings"]
    expected = {
        field: [
            f"no event `{name}` was ever received; send it once to see that it arrives"
            for name in names
        ]
        for field, names in fields.items()
    }
    assert warnings == expected


def test_two_surveys_with_the_same_trigger_get_a_warning(product: Product) -> None:
    product.track("u_1")
    publish(product)
    warnings = publish(product, name="Also").json["warnings"]
    assert list(warnings) == ["priority"]
    assert warnings["priority"][0].startswith("starts at exactly the same moments as `Orders`")
    for change in ({"priority": 1}, {"audience": {"percent": 50}}, event(nth=2)):
        assert publish(product, **change).json["warnings"] == {}


def test_a_survey_ends_at_its_end_time(product: Product) -> None:
    publish(product, ends_at=(product.clock.now + timedelta(hours=1)).isoformat())
    product.clock.forward(minutes=59)
    assert product.visitor().did() is not None
    product.clock.forward(minutes=1)
    visitor = product.visitor("u_42")
    assert visitor.did() is None
    assert product.ledger("u_42") == [("no_longer_live", 1)]
