"""Stored definitions are compiled to rules; missing fields get their default."""

from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sayso_server.decision.audience_rules import audience
from sayso_server.decision.compile import (
    compile_condition,
    compile_policy,
    compile_quota,
    compile_segment,
    compile_survey,
    lifecycle_of,
)
from sayso_server.decision.rules import (
    EVERYONE,
    After,
    AllOf,
    AnswerRule,
    AnyOf,
    Audience,
    DoneRule,
    Filter,
    Lifecycle,
    Policy,
    QuietHours,
    Quota,
    SurveyRules,
    Trigger,
    Variant,
    Waits,
)
from tests.decision.situations import DAY, HOUR, MINUTE, NOW, at, days, passes

EVENT: dict[str, Any] = {"trigger": {"kind": "event", "event": "e"}}
NO_DAYS = Waits(timedelta(), timedelta(), timedelta(), timedelta())


def compiled(definition: dict[str, Any] | None = None, **around: Any) -> SurveyRules:
    return compile_survey(uuid4(), 3, {**EVENT, **(definition or {})}, **around)


def trigger(**of: Any) -> Trigger:
    return compiled({"trigger": {"kind": "event", "event": "e", **of}}).trigger


def test_a_survey_needs_only_an_event() -> None:
    rules = compiled()
    expected = SurveyRules(
        rules.id,
        3,
        Trigger("event", "e"),
        15 * MINUTE,
        cool_down=NO_DAYS,
        own=Waits(snoozed=days(7)),
    )
    assert rules == expected


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"from": "backend"}, {"source": "backend"}),
        ({"delay": 90}, {"delay": timedelta(seconds=90)}),
        ({"every": 3}, {"every": 3}),
        ({"nth": 2}, {"nth": 2}),
        ({"cancel_on": ["paid"]}, {"cancelled_by": frozenset({"paid"})}),
        (
            {"unless": {"event": "paid", "within": 3600}},
            {"cancelled_by": frozenset({"paid"}), "delay": HOUR},
        ),
        (
            {"unless": {"event": "paid", "within": 60}, "cancel_on": ["left"], "delay": 3600},
            {"cancelled_by": frozenset({"paid", "left"}), "delay": HOUR},
        ),
        ({"after": {"event": "b", "within": 60}}, {"after": After("b", MINUTE)}),
        (
            {"filters": [{"property": "total", "op": "gt", "value": 5}]},
            {"filters": AllOf((Filter("total", "gt", 5),))},
        ),
    ],
)
def test_a_trigger_of_an_event(of: dict[str, Any], expected: dict[str, Any]) -> None:
    assert trigger(**of) == Trigger("event", "e", **expected)


def test_the_page_itself_waits_for_the_delay_of_a_page_moment() -> None:
    rules = compiled({"trigger": {"kind": "page_view", "delay": 30}})
    assert rules.trigger == Trigger("page_view")


def test_the_preset_is_the_founding_articles_cadence_and_each_part_may_be_changed() -> None:
    preset = {"kind": "lifecycle", "preset": "relationship"}
    assert compiled({"trigger": preset}).trigger.lifecycle == Lifecycle(
        "signed_up_at", (days(7), days(30)), days(90), spread=days(7)
    )
    own = {**preset, "attribute": "joined", "every_days": 60, "spread_days": 14}
    assert compiled({"trigger": own}).trigger.lifecycle == Lifecycle(
        "joined", (days(7), days(30)), days(60), spread=days(14)
    )
    once = {"kind": "lifecycle", "attribute": "joined", "after_days": [3, 10]}
    assert compiled({"trigger": once}).trigger.lifecycle == Lifecycle(
        "joined", (days(3), days(10)), None, spread=days(7)
    )
    short = {**once, "every_days": 2}
    assert compiled({"trigger": short}).trigger.lifecycle == Lifecycle(
        "joined", (days(3), days(10)), days(2), spread=days(2)
    )
    assert lifecycle_of(preset)["after_days"] == [7, 30]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ([], AllOf()),
        ({"all": [{"property": "p", "op": "exists"}]}, AllOf((Filter("p", "exists"),))),
        (
            [{"any": [{"property": "p", "op": "eq", "value": 1}, {"all": []}]}],
            AllOf((AnyOf((Filter("p", "eq", 1), AllOf())),)),
        ),
    ],
)
def test_conditions_are_a_filter_or_all_or_any(condition: Any, expected: Any) -> None:
    assert compile_condition(condition) == expected


@pytest.mark.parametrize(
    ("throttle", "policy", "expected"),
    [
        ({}, {}, NO_DAYS),
        ({}, {"cool_down_days": 7}, Waits(*[days(7)] * 4)),
        ({"cool_down_days": 1}, {"cool_down_days": 7}, Waits(*[DAY] * 4)),
        ({"cool_down_days": 0}, {"cool_down_days": 7}, NO_DAYS),
        (
            {"cool_down_days": {"answered": 90, "dismissed": 30, "snoozed": 7, "ignored": None}},
            {"cool_down_days": 7},
            Waits(days(90), days(30), days(7), None),
        ),
        (
            {},
            {"cool_down_days": {"answered": 9, "dismissed": 0.5, "snoozed": 7, "ignored": None}},
            Waits(days(9), days(0.5), days(7), None),
        ),
    ],
)
def test_a_surveys_cool_down_takes_precedence_over_the_projects(
    throttle: dict[str, Any], policy: dict[str, Any], expected: Waits
) -> None:
    assert compiled({"throttle": throttle}, policy=policy).cool_down == expected


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({}, Waits(snoozed=days(7))),
        ({"snoozed": None}, Waits()),
        ({"snoozed": 2}, Waits(snoozed=days(2))),
        ({"answered": 90, "dismissed": 0}, Waits(days(90), timedelta(), days(7))),
    ],
)
def test_a_survey_is_shown_once_by_default_and_later_means_in_a_week(
    again: dict[str, Any], expected: Waits
) -> None:
    assert compiled({"throttle": {"again_after_days": again}}).own == expected


def test_every_part_of_an_audience() -> None:
    rules = compiled(
        {
            "audience": {
                "attributes": [{"property": "plan", "op": "eq", "value": "pro"}],
                "events": [
                    {"event": "a"},
                    {"event": "b", "at_most": 2},
                    {"event": "c", "at_least": 2, "at_most": 5, "within_days": 7},
                ],
                "answers": [
                    {"kind": "nps", "group": "detractor", "within_days": 30},
                    {"kind": "csat", "group": "positive", "holds": False},
                    {"kind": "ces"},
                ],
                "segments": ["pros"],
                "languages": ["de", "fr"],
                "countries": ["DE"],
                "devices": ["phone"],
                "percent": 12.5,
            }
        },
        segments={"pros": {"events": [{"event": "z"}]}},
    )
    (segment,) = rules.audience.segments
    assert (segment.name, segment.done) == ("pros", (DoneRule("z"),))
    assert rules.audience == Audience(
        AllOf((Filter("plan", "eq", "pro"),)),
        (DoneRule("a"), DoneRule("b", 0, 2), DoneRule("c", 2, 5, days(7))),
        (
            AnswerRule("nps", "detractor", days(30)),
            AnswerRule("csat", "positive", holds=False),
            AnswerRule("ces", None),
        ),
        (segment,),
        ("de", "fr"),
        frozenset({"DE"}),
        frozenset({"phone"}),
        12.5,
    )


def test_nobody_is_in_a_segment_that_does_not_exist() -> None:
    rules = compiled({"audience": {"segments": ["gone"]}})
    assert not passes(audience(rules, at()))
    assert compile_segment("there", {}).done == ()


def test_the_rest_of_a_survey() -> None:
    since = NOW - DAY
    rules = compiled(
        {
            "ask_within": 60,
            "priority": -5,
            "quota": {"responses": 100, "shown": 1_000, "shown_a_day": 10},
            "ends_at": "2026-04-01T00:00:00+00:00",
            "variants": [{"name": "a"}, {"name": "b", "weight": 3}],
        },
        live_since=since,
        target_reached=True,
    )
    assert rules.ask_within == MINUTE
    assert rules.priority == -5
    assert rules.quota == Quota(100, 1_000, 10)
    assert rules.ends_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert rules.variants == (Variant("a", 1), Variant("b", 3))
    assert (rules.live_since, rules.target_reached) == (since, True)


@pytest.mark.parametrize("quota", [None, {}])
def test_without_a_quota_there_is_none(quota: Any) -> None:
    assert compile_quota(quota) is None


def test_an_empty_policy_asks_everyone() -> None:
    assert compile_policy({}) == EVERYONE
    assert compile_policy({"cool_down_days": 7, "staff": {}, "staff_networks": []}) == EVERYONE


def test_a_policy_of_networks_only_calls_nobody_else_staff() -> None:
    assert compile_policy({"staff": {"networks": ["192.0.2.0/24"]}}).staff is None
    assert compile_policy({"staff": {"attributes": []}}).staff is None


def test_every_part_of_a_policy() -> None:
    live = {uuid4(), uuid4()}
    policy = compile_policy(
        {
            "staff": {"attributes": [{"property": "staff", "op": "eq", "value": True}]},
            "quiet_hours": {"from": "21:00", "to": "08:30"},
            "time_zone": "Europe/Vilnius",
            "holdout_percent": 5,
            "test_mode": {"on": True, "testers": ["me"]},
            "excluded_pages": [{"match": "prefix", "value": "/checkout"}],
        },
        live,
    )
    assert policy == Policy(
        staff=AllOf((Filter("staff", "eq", True),)),
        quiet=QuietHours(time(21), time(8, 30)),
        zone="Europe/Vilnius",
        holdout=5,
        testers=frozenset({"me"}),
        excluded=(("prefix", "/checkout"),),
        live=frozenset(live),
    )
    unset = {name for name in (field.name for field in fields(Policy))
             if getattr(policy, name) == getattr(EVERYONE, name)}  # fmt: skip
    assert unset == set()


def test_there_are_testers_only_while_test_mode_is_on() -> None:
    policy = compile_policy({"test_mode": {"on": False, "testers": ["me"]}})
    assert not policy.tests("me")
    assert compile_policy({"test_mode": {"on": True, "testers": ["me"]}}).tests("me")
    assert not compile_policy({"test_mode": {"on": True, "testers": ["me"]}}).tests(None)
