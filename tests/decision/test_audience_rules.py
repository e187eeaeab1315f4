"""Is the survey for this person?"""

from datetime import timedelta
from typing import Any

import pytest

from sayso_server.decision import audience_rules
from sayso_server.decision.facts import EarlierAnswer, EventCount, Page, PastEvent
from sayso_server.decision.rules import (
    AllOf,
    AnswerRule,
    Audience,
    DoneRule,
    Filter,
    Policy,
    Segment,
    SurveyRules,
)
from tests.decision.situations import (
    DAY,
    MINUTE,
    NOW,
    SECOND,
    VILNIUS,
    at,
    days,
    passes,
    survey,
)


def for_(**parts: Any) -> SurveyRules:
    return survey(audience=Audience(**parts))


PRO = AllOf((Filter("plan", "eq", "pro"),))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"plan": "pro"}, True),
        ({"plan": "free"}, False),
        ({"plan": "Pro"}, False),
        ({"plan": ["pro"]}, False),
        ({"plan": None}, False),
        ({}, False),
    ],
)
def test_attributes_say_who_qualifies(attributes: dict[str, Any], expected: bool) -> None:
    here = at(attributes=attributes)
    assert passes(audience_rules.audience(for_(attributes=PRO), here)) is expected
    in_segment = for_(segments=(Segment("pros", PRO),))
    assert passes(audience_rules.audience(in_segment, here)) is expected


def test_a_date_attribute_is_in_the_persons_time_zone() -> None:
    new = for_(attributes=AllOf((Filter("signed_up_at", "after", "2026-03-29"),)))
    in_vilnius = {"attributes": {"signed_up_at": "2026-03-28T22:00:00Z"}}
    assert passes(audience_rules.audience(new, at(**in_vilnius, zone=VILNIUS)))
    assert not passes(audience_rules.audience(new, at(**in_vilnius)))


@pytest.mark.parametrize(
    ("rule", "times", "expected"),
    [
        (DoneRule("x"), 0, False),
        (DoneRule("x"), 1, True),
        (DoneRule("x", at_least=3), 2, False),
        (DoneRule("x", at_least=3), 3, True),
        (DoneRule("x", at_least=0, at_most=3), 3, True),
        (DoneRule("x", at_least=0, at_most=3), 4, False),
        (DoneRule("x", at_least=0, at_most=0), 0, True),
        (DoneRule("x", at_least=0, at_most=0), 1, False),
        (DoneRule("x", at_least=2, at_most=2), 1, False),
        (DoneRule("x", at_least=2, at_most=2), 2, True),
        (DoneRule("x", at_least=2, at_most=2), 3, False),
    ],
)
def test_events_done_are_counted_ever_or_within_days(
    rule: DoneRule, times: int, expected: bool
) -> None:
    ever = at(done={"x": EventCount(times, NOW)} if times else {})
    assert passes(audience_rules.audience(for_(done=(rule,)), ever)) is expected
    in_a_week = DoneRule(rule.event, rule.at_least, rule.at_most, days(7))
    recent = {"x": tuple(PastEvent(NOW - n * DAY, {}) for n in range(times))}
    lately = at(recent=recent, done={"x": EventCount(99, NOW)})
    assert passes(audience_rules.audience(for_(done=(in_a_week,)), lately)) is expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(), True),
        (days(7), True),
        (days(7) + SECOND, False),
        (-4 * MINUTE, True),  # the sender's clock is ahead: the event counts as just happened
    ],
)
def test_a_span_of_days_includes_its_start(ago: timedelta, expected: bool) -> None:
    lately = for_(done=(DoneRule("x", within=days(7)),))
    recent = {"x": (PastEvent(NOW - ago, {}),)}
    assert passes(audience_rules.audience(lately, at(recent=recent))) is expected


def answered(
    value: int, ago: timedelta = DAY, kind: str = "nps", scale: int | None = None
) -> EarlierAnswer:
    return EarlierAnswer(kind, value, NOW - ago, survey().id, scale)


DETRACTOR = AnswerRule("nps", "detractor")


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        (DETRACTOR, [answered(0)], True),
        (DETRACTOR, [answered(6)], True),
        (DETRACTOR, [answered(7)], False),
        (DETRACTOR, [answered(3, kind="csat")], False),
        (DETRACTOR, [], False),
        (DETRACTOR, [answered(3, days(9)), answered(9, days(1))], False),
        (DETRACTOR, [answered(3, days(1)), answered(9, days(9))], True),
        (AnswerRule("nps", "detractor", days(7)), [answered(3, days(7))], True),
        (AnswerRule("nps", "detractor", days(7)), [answered(3, days(7) + SECOND)], False),
        (AnswerRule("nps", "detractor", holds=False), [answered(3)], False),
        (AnswerRule("nps", "detractor", holds=False), [answered(7)], True),
        (AnswerRule("nps", "detractor", holds=False), [], True),
        (AnswerRule("nps", "detractor", days(7), holds=False), [answered(3, days(8))], True),
        (AnswerRule("csat", None), [answered(9, kind="csat", scale=10)], True),
        (AnswerRule("csat", "positive"), [answered(5, kind="csat")], True),
        (AnswerRule("csat", "positive"), [answered(5, kind="csat", scale=7)], False),
        (AnswerRule("csat", "positive"), [answered(6, kind="csat", scale=7)], True),
        (AnswerRule("csat", "negative"), [answered(4, kind="csat", scale=10)], True),
        (AnswerRule("csat", "neutral"), [answered(2, kind="csat", scale=3)], True),
        (AnswerRule("csat", "neutral"), [answered(2, kind="csat", scale=2)], False),
        (AnswerRule("ces", "easy"), [answered(1, kind="ces")], True),
        (AnswerRule("ces", "easy"), [answered(7, kind="ces", scale=7)], True),
        (AnswerRule("ces", "hard"), [answered(3, kind="ces", scale=7)], True),
        (AnswerRule("csat", "positive"), [answered(4, kind="csat", scale=4)], False),
    ],
)
def test_the_latest_answer_of_a_kind_counts(
    rule: AnswerRule, answers: list[EarlierAnswer], expected: bool
) -> None:
    check = audience_rules.audience(for_(answers=(rule,)), at(answers=tuple(answers)))
    assert passes(check) is expected


@pytest.mark.parametrize(
    ("parts", "page", "expected"),
    [
        ({"languages": ("de",)}, Page(language="de"), True),
        ({"languages": ("de",)}, Page(language="DE-at"), True),
        ({"languages": ("de-AT",)}, Page(language="de-AT"), True),
        ({"languages": ("de-AT",)}, Page(language="de"), False),
        ({"languages": ("de",)}, Page(language="den"), False),
        ({"languages": ("fr", "de")}, Page(language="de"), True),
        ({"languages": ("de",)}, Page(language="en"), False),
        ({"languages": ("de",)}, Page(language=""), False),
        ({"countries": frozenset({"DE"})}, Page(country="DE"), True),
        ({"countries": frozenset({"DE"})}, Page(country="FR"), False),
        ({"countries": frozenset({"DE"})}, Page(country=None), False),
        ({"devices": frozenset({"phone", "tablet"})}, Page(device="tablet"), True),
        ({"devices": frozenset({"phone"})}, Page(device="desktop"), False),
    ],
)
def test_language_country_and_device_are_those_of_the_page(
    parts: dict[str, Any], page: Page, expected: bool
) -> None:
    assert passes(audience_rules.audience(for_(**parts), at(page=page))) is expected
    # Without a page it is not checked yet; the claim checks it.
    assert passes(audience_rules.audience(for_(**parts), at(page=None)))


@pytest.mark.parametrize(
    "missing",
    [
        {"attributes": {"plan": "free"}},
        {"done": {}},
        {"answers": (answered(9),)},
        {"page": Page(language="fr", country="DE", device="phone")},
    ],
)
def test_every_part_must_hold(missing: dict[str, Any]) -> None:
    one = for_(
        attributes=PRO,
        done=(DoneRule("x"),),
        answers=(DETRACTOR,),
        languages=("de",),
        countries=frozenset({"DE"}),
        devices=frozenset({"phone"}),
    )
    everything: dict[str, Any] = {
        "attributes": {"plan": "pro"},
        "done": {"x": EventCount(1, NOW)},
        "answers": (answered(3),),
        "page": Page(language="de", country="DE", device="phone"),
    }
    assert passes(audience_rules.audience(one, at(**everything)))
    assert not passes(audience_rules.audience(one, at(**{**everything, **missing})))


def test_a_failure_has_the_values_that_the_rule_saw() -> None:
    check = audience_rules.audience(for_(segments=(Segment("pros", PRO),)), at(attributes={}))
    assert check is not None
    assert check.saw == {"segment": "pros", "wanted": "plan eq 'pro'", "value": None}
    check = audience_rules.audience(for_(done=(DoneRule("x", 3, 5, days(7)),)), at())
    assert check is not None
    wanted = "at least 3 and at most 5 in 7 days"
    assert check.saw == {"event": "x", "times": 0, "wanted": wanted}
    no_detractors = for_(answers=(AnswerRule("nps", "detractor", days(30), False),))
    check = audience_rules.audience(no_detractors, at(answers=(answered(3),)))
    assert check is not None
    assert check.saw == {"answer": "nps", "wanted": "not detractor in the last 30 days"}


def test_an_empty_audience_has_no_check() -> None:
    assert audience_rules.audience(survey(), at(page=None)) is None
    assert audience_rules.sample(survey(), at()) is None


def test_a_sample_has_about_its_percentage_and_is_sticky() -> None:
    half = for_(percent=50)
    drawn = [passes(audience_rules.sample(half, at(bucket_key=f"p{n}"))) for n in range(1_000)]
    assert 440 < sum(drawn) < 560
    assert drawn == [
        passes(audience_rules.sample(half, at(bucket_key=f"p{n}"))) for n in range(1_000)
    ]


@pytest.mark.parametrize(("percent", "expected"), [(0, False), (100, True)])
def test_0_percent_asks_nobody_and_100_percent_everybody(percent: int, expected: bool) -> None:
    one = for_(percent=percent)
    assert all(
        passes(audience_rules.sample(one, at(bucket_key=f"p{n}"))) is expected for n in range(200)
    )


def test_a_tester_is_always_in_the_sample() -> None:
    testing = Policy(testers=frozenset({"me"}))
    assert passes(audience_rules.sample(for_(percent=0), at(user_id="me"), testing))
    assert not passes(audience_rules.sample(for_(percent=0), at(user_id="you"), testing))
