"""Only the parts of a person's history that some rule reads are fetched."""

from datetime import time
from typing import Any

import pytest

from sayso_server.decision.needs import SEQUENCE_LOOKS_AT, needs_of
from sayso_server.decision.rules import (
    EVERYONE,
    After,
    AllOf,
    AnswerRule,
    Audience,
    DoneRule,
    Filter,
    Lifecycle,
    Needs,
    Policy,
    QuietHours,
    Segment,
    SurveyRules,
    Trigger,
)
from tests.decision.situations import HOUR, days, survey

PRO = AllOf((Filter("plan", "eq", "pro"),))
ANSWERS = (AnswerRule("nps", "detractor"),)


def on(**trigger: Any) -> SurveyRules:
    return survey(trigger=Trigger("event", "e", **trigger))


def for_(**audience: Any) -> SurveyRules:
    return survey(audience=Audience(**audience))


@pytest.mark.parametrize(
    ("one", "needs"),
    [
        (survey(), Needs()),
        (on(filters=PRO), Needs()),
        (on(filters=Filter("due", "before", "2026-03-29")), Needs(attributes=True)),
        (on(filters=AllOf((Filter("due", "in_last_days", 7),))), Needs(attributes=True)),
        (
            on(after=After("b", HOUR, Filter("due", "after", "2026-03-29"))),
            Needs(recent={"b": SEQUENCE_LOOKS_AT}, attributes=True, properties=frozenset({"b"})),
        ),
        (on(every=2), Needs(counts=frozenset({"e"}))),
        (on(nth=1), Needs(counts=frozenset({"e"}))),
        (on(cancelled_by=frozenset({"paid"})), Needs(counts=frozenset({"paid"}))),
        (on(after=After("before", HOUR)), Needs(recent={"before": SEQUENCE_LOOKS_AT})),
        (
            on(lifecycle=Lifecycle("signed_up_at", (days(7),), None, days(7))),
            Needs(attributes=True),
        ),
        (for_(attributes=PRO), Needs(attributes=True)),
        (for_(answers=ANSWERS), Needs(answers=True)),
        (for_(done=(DoneRule("x"),)), Needs(counts=frozenset({"x"}))),
        (for_(done=(DoneRule("x", 3, within=days(7)),)), Needs(recent={"x": 3})),
        (for_(done=(DoneRule("x", 0, 3, days(7)),)), Needs(recent={"x": 4})),
        (for_(done=(DoneRule("x", 0, 0, days(7)),)), Needs(recent={"x": 1})),
        (for_(segments=(Segment("s", PRO),)), Needs(attributes=True)),
        (for_(segments=(Segment("s", answers=ANSWERS),)), Needs(answers=True)),
        (
            for_(segments=(Segment("s", done=(DoneRule("x"),)),)),
            Needs(counts=frozenset({"x"})),
        ),
        (for_(languages=("de",), percent=5), Needs()),
    ],
)
def test_a_survey_needs_what_its_rules_read(one: SurveyRules, needs: Needs) -> None:
    assert needs_of([one], EVERYONE) == needs


@pytest.mark.parametrize(
    ("policy", "attributes"),
    [
        (EVERYONE, False),
        (Policy(staff=PRO), True),
        (Policy(quiet=QuietHours(time(21), time(8))), True),  # the zone is an attribute
        (Policy(holdout=5, excluded=(("exact", "/"),), zone="Europe/Vilnius"), False),
    ],
)
def test_a_project_needs_what_its_own_rules_read(policy: Policy, attributes: bool) -> None:
    assert needs_of([survey()], policy) == Needs(attributes=attributes)


def test_several_surveys_need_the_most_of_what_each_needs() -> None:
    surveys = [
        for_(done=(DoneRule("x", 3, within=days(7)),)),
        for_(done=(DoneRule("x", 9, within=days(7)),)),
        for_(done=(DoneRule("y"),), answers=ANSWERS),
        on(nth=2),
    ]
    expected = Needs(frozenset({"y", "e"}), {"x": 9}, answers=True)
    assert needs_of(surveys, EVERYONE) == expected
    assert needs_of(reversed(surveys), EVERYONE) == expected


def test_without_surveys_nothing_is_needed() -> None:
    assert needs_of([], EVERYONE) == Needs()
