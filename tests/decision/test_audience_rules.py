"""Is this person among those the survey is for?"""

from datetime import timedelta
from typing import Any

import pytest

from sayso_server.decision import audience_rules
from sayso_server.decision.facts import Did, Page, Past, Said
from sayso_server.decision.rules import (
    AllOf,
    Audience,
    DoneRule,
    Filter,
    Policy,
    SaidRule,
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


def test_a_date_attribute_is_one_of_the_persons_own_zone() -> None:
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
    ever = at(done={"x": Did(times, NOW)} if times else {})
    assert passes(audience_rules.audience(for_(done=(rule,)), ever)) is expected
    in_a_week = DoneRule(rule.event, rule.at_least, rule.at_most, days(7))
    recent = {"x": tuple(Past(NOW - n * DAY, {}) for n in range(times))}
    lately = at(recent=recent, done={"x": Did(99, NOW)})
    assert passes(audience_rules.audience(for_(done=(in_a_week,)), lately)) is expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(), True),
        (days(7), True),
        (days(7) + SECOND, False),
        (-4 * MINUTE, True),  # a sender's clock that goes ahead: it has just happened
    ],
)
def test_a_span_of_days_ends_where_it_says(ago: timedelta, expected: bool) -> None:
    lately = for_(done=(DoneRule("x", within=days(7)),))
    recent = {"x": (Past(NOW - ago, {}),)}
    assert passes(audience_rules.audience(lately, at(recent=recent))) is expected


def said(value: int, ago: timedelta = DAY, kind: str = "nps", scale: int | None = None) -> Said:
    return Said(kind, value, NOW - ago, survey().id, scale)


DETRACTOR = SaidRule("nps", "detractor")


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        (DETRACTOR, [said(0)], True),
        (DETRACTOR, [said(6)], True),
        (DETRACTOR, [said(7)], False),
        (DETRACTOR, [said(3, kind="csat")], False),
        (DETRACTOR, [], False),
        (DETRACTOR, [said(3, days(9)), said(9, days(1))], False),
        (DETRACTOR, [said(3, days(1)), said(9, days(9))], True),
        (SaidRule("nps", "detractor", days(7)), [said(3, days(7))], True),
        (SaidRule("nps", "detractor", days(7)), [said(3, days(7) + SECOND)], False),
        (SaidRule("nps", "detractor", holds=False), [said(3)], False),
        (SaidRule("nps", "detractor", holds=False), [said(7)], True),
        (SaidRule("nps", "detractor", holds=False), [], True),
        (SaidRule("nps", "detractor", days(7), holds=False), [said(3, days(8))], True),
        (SaidRule("csat", None), [said(9, kind="csat", scale=10)], True),
        (SaidRule("csat", "positive"), [said(5, kind="csat")], True),
        (SaidRule("csat", "positive"), [said(5, kind="csat", scale=7)], False),
        (SaidRule("csat", "positive"), [said(6, kind="csat", scale=7)], True),
        (SaidRule("csat", "negative"), [said(4, kind="csat", scale=10)], True),
        (SaidRule("csat", "neutral"), [said(2, kind="csat", scale=3)], True),
        (SaidRule("csat", "neutral"), [said(2, kind="csat", scale=2)], False),
        (SaidRule("ces", "easy"), [said(1, kind="ces")], True),
        (SaidRule("ces", "easy"), [said(7, kind="ces", scale=7)], True),
        (SaidRule("ces", "hard"), [said(3, kind="ces", scale=7)], True),
        (SaidRule("csat", "positive"), [said(4, kind="csat", scale=4)], False),
    ],
)
def test_the_latest_answer_of_a_kind_counts(
    rule: SaidRule, answers: list[Said], expected: bool
) -> None:
    check = audience_rules.audience(for_(said=(rule,)), at(said=tuple(answers)))
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
def test_the_page_has_the_language_the_country_and_the_device(
    parts: dict[str, Any], page: Page, expected: bool
) -> None:
    assert passes(audience_rules.audience(for_(**parts), at(page=page))) is expected
    # Where no page is at hand nothing speaks against it yet; the page that claims is held to it.
    assert passes(audience_rules.audience(for_(**parts), at(page=None)))


@pytest.mark.parametrize(
    "missing",
    [
        {"attributes": {"plan": "free"}},
        {"done": {}},
        {"said": (said(9),)},
        {"page": Page(language="fr", country="DE", device="phone")},
    ],
)
def test_every_part_must_hold(missing: dict[str, Any]) -> None:
    one = for_(
        attributes=PRO,
        done=(DoneRule("x"),),
        said=(DETRACTOR,),
        languages=("de",),
        countries=frozenset({"DE"}),
        devices=frozenset({"phone"}),
    )
    everything: dict[str, Any] = {
        "attributes": {"plan": "pro"},
        "done": {"x": Did(1, NOW)},
        "said": (said(3),),
        "page": Page(language="de", country="DE", device="phone"),
    }
    assert passes(audience_rules.audience(one, at(**everything)))
    assert not passes(audience_rules.audience(one, at(**{**everything, **missing})))


def test_what_fails_is_said_with_what_was_seen() -> None:
    check = audience_rules.audience(for_(segments=(Segment("pros", PRO),)), at(attributes={}))
    assert check is not None
    assert check.saw == {"segment": "pros", "wanted": "plan eq 'pro'", "value": None}
    check = audience_rules.audience(for_(done=(DoneRule("x", 3, 5, days(7)),)), at())
    assert check is not None
    wanted = "at least 3 and at most 5 in 7 days"
    assert check.saw == {"event": "x", "times": 0, "wanted": wanted}
    check = audience_rules.audience(for_(said=(SaidRule("nps", "detractor", days(30), False),)),
                                    at(said=(said(3),)))  # fmt: skip
    assert check is not None
    assert check.saw == {"answer": "nps", "wanted": "not detractor in the last 30 days"}


def test_a_survey_for_everybody_asks_nothing_of_anybody() -> None:
    assert audience_rules.audience(survey(), at(page=None)) is None
    assert audience_rules.sample(survey(), at()) is None


def test_a_share_asks_about_so_many_and_always_the_same() -> None:
    half = for_(percent=50)
    drawn = [passes(audience_rules.sample(half, at(luck=f"p{n}"))) for n in range(1_000)]
    assert 440 < sum(drawn) < 560
    assert drawn == [passes(audience_rules.sample(half, at(luck=f"p{n}"))) for n in range(1_000)]


@pytest.mark.parametrize(("percent", "expected"), [(0, False), (100, True)])
def test_a_share_of_none_asks_nobody_and_a_share_of_all_everybody(
    percent: int, expected: bool
) -> None:
    one = for_(percent=percent)
    assert all(passes(audience_rules.sample(one, at(luck=f"p{n}"))) is expected for n in range(200))


def test_a_tester_is_always_drawn() -> None:
    testing = Policy(testers=frozenset({"me"}))
    assert passes(audience_rules.sample(for_(percent=0), at(user_id="me"), testing))
    assert not passes(audience_rules.sample(for_(percent=0), at(user_id="you"), testing))
