"""A publication that asks more people, or asks more often, gives a warning."""

from typing import Any

import pytest

from sayso_server.questionnaire.loosening import loosened

PRO = {"property": "plan", "op": "eq", "value": "pro"}
BIG = {"property": "total", "op": "gt", "value": 9}
POLICY = {"cool_down_days": 7}


def survey(**more: Any) -> dict[str, Any]:
    return {"questions": [], **more, "trigger": {"kind": "event", **more.get("trigger", {})}}


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("audience.attributes", {"audience": {"attributes": [PRO]}}, {}),
        ("audience.attributes", {"audience": {"attributes": [PRO]}}, {"audience": {}}),
        (
            "audience.attributes",
            {"audience": {"attributes": [PRO, BIG]}},
            {"audience": {"attributes": [BIG]}},
        ),
        (
            "audience.attributes",
            {"audience": {"attributes": [{**PRO, "value": True}]}},
            {"audience": {"attributes": [{**PRO, "value": 1}]}},
        ),
        (
            "audience.segments",
            {"audience": {"segments": ["a", "b"]}},
            {"audience": {"segments": ["a"]}},
        ),
        ("audience.answers", {"audience": {"answers": [{"kind": "nps"}]}}, {}),
        ("audience.percent", {"audience": {"percent": 5}}, {"audience": {"percent": 50}}),
        ("audience.percent", {"audience": {"percent": 5}}, {}),
        (
            "audience.devices",
            {"audience": {"devices": ["phone"]}},
            {"audience": {"devices": ["phone", "tablet"]}},
        ),
        (
            "audience.countries",
            {"audience": {"countries": ["DE"]}},
            {"audience": {"countries": ["FR"]}},
        ),
        ("audience.proven", {"audience": {"proven": True}}, {"audience": {"proven": False}}),
        ("audience.proven", {"audience": {"proven": True}}, {}),
        ("audience.of_tomorrow", {"audience": {"of_tomorrow": 1}}, {}),
        ("by_hand", {}, {"by_hand": True}),
        ("trigger.by_hand", {"trigger": {"by_hand": False}}, {"trigger": {"by_hand": True}}),
        ("trigger.filters", {"trigger": {"filters": [BIG]}}, {}),
        ("trigger.filters", {"trigger": {"filters": [BIG]}}, {"trigger": {"filters": [PRO]}}),
        ("trigger.from", {"trigger": {"from": "backend"}}, {}),
        ("trigger.url", {"trigger": {"url": {"match": "exact", "value": "/a"}}}, {}),
        ("trigger.every", {"trigger": {"every": 5}}, {"trigger": {"every": 2}}),
        ("trigger.after", {"trigger": {"after": {"event": "a", "within": 5}}}, {}),
        ("quota.shown", {"quota": {"shown": 5}}, {"quota": {"responses": 5}}),
        ("quota.responses", {"quota": {"responses": 5}}, {"quota": {"responses": 6}}),
        ("target.margin", {"target": {"margin": 5}}, {"target": {"margin": 4}}),
        ("target.responses", {"target": {"responses": 5}}, {}),
        ("ends_at", {"ends_at": "2027-01-01T00:00:00+00:00"}, {}),
        (
            "ends_at",
            {"ends_at": "2027-01-01T00:00:00+00:00"},
            {"ends_at": "2027-01-01T00:00:00-01:00"},
        ),
        ("throttle.cool_down_days", {"throttle": {"cool_down_days": 30}}, {}),
        ("throttle.cool_down_days", {}, {"throttle": {"cool_down_days": 0}}),
        (
            "throttle.cool_down_days.dismissed",
            {
                "throttle": {
                    "cool_down_days": dict.fromkeys(
                        ("answered", "dismissed", "snoozed", "ignored"), 9
                    )
                }
            },
            {
                "throttle": {
                    "cool_down_days": {"answered": 9, "dismissed": 1, "snoozed": 9, "ignored": None}
                }
            },
        ),
        (
            "throttle.again_after_days.answered",
            {},
            {"throttle": {"again_after_days": {"answered": 9}}},
        ),
        (
            "throttle.again_after_days.snoozed",
            {"throttle": {"again_after_days": {"snoozed": 30}}},
            {"throttle": {"again_after_days": {}}},
        ),
    ],
)
def test_a_looser_limit_is_named(field: str, before: Any, after: Any) -> None:
    assert list(loosened(survey(**before), survey(**after), POLICY)) == [field]


def test_a_tighter_limit_gives_no_warning() -> None:
    before = survey(audience={"attributes": [PRO], "percent": 50, "devices": ["phone", "tablet"]})
    after = survey(
        audience={"attributes": [PRO, BIG], "percent": 20, "devices": ["phone"], "proven": True},
        quota={"shown": 5},
        throttle={"cool_down_days": 90},
    )
    assert loosened(before, after, POLICY) == {}


def test_a_warning_says_what_it_was_and_what_to_do() -> None:
    (said,) = loosened(survey(audience={"percent": 5}), survey(), POLICY)["audience.percent"]
    assert said == "is gone; live it was 5. Put it back, unless more people should be asked"
