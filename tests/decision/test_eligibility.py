"""Who may be asked: the pure decision, moment by moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.eligibility import (
    OPEN_FOR,
    decide_to_ask,
    decide_to_claim,
    decide_to_queue,
    expiry,
)
from sayso_server.decision.model import Ask, History, Moment, SurveyRules, Trigger
from sayso_server.decision.reasons import Reason

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # the night clocks change in Europe
WEEK = timedelta(days=7)
QUARTER = timedelta(minutes=15)
STRANGER = History()


def survey(**changes: Any) -> SurveyRules:
    rules = SurveyRules(uuid4(), 1, Trigger("event", "e"), QUARTER, WEEK)
    return replace(rules, **changes)


def moment(**changes: Any) -> Moment:
    return replace(Moment("event", "backend", NOW, "e", {}), **changes)


def ask(survey_id: UUID, state: str = "shown", **changes: Any) -> Ask:
    shown_at = changes.pop("shown_at", NOW - timedelta(days=1))
    return replace(
        Ask(uuid4(), survey_id, 1, state, NOW, NOW + QUARTER, shown_at=shown_at),  # type: ignore[arg-type]  # a State
        **changes,
    )


def reason(one: SurveyRules, history: History = STRANGER, at: Moment | None = None) -> Reason:
    (decision,) = decide_to_queue([one], at or moment(), history, NOW)
    return decision.reason


def test_nothing_known_and_a_fitting_event_asks() -> None:
    assert reason(survey()) is Reason.ASKED


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Reason.ASKED),
        (QUARTER - timedelta(microseconds=1), Reason.ASKED),
        (QUARTER, Reason.TOO_LATE),
        (timedelta(days=1), Reason.TOO_LATE),
    ],
)
def test_a_trigger_means_because_this_just_happened(age: timedelta, expected: Reason) -> None:
    assert reason(survey(), at=moment(at=NOW - age)) is expected


def test_an_events_own_time_to_ask_goes_before_the_surveys() -> None:
    old = moment(at=NOW - timedelta(hours=1), ask_within=timedelta(hours=2))
    assert reason(survey(), at=old) is Reason.ASKED
    assert reason(survey(), at=moment(ask_within=timedelta(0))) is Reason.TOO_LATE


def test_a_delay_is_added_to_the_time_to_ask() -> None:
    delayed = survey(trigger=Trigger("event", "e", delay=timedelta(hours=1)))
    assert expiry(delayed, moment()) == NOW + timedelta(hours=1) + QUARTER


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (WEEK, Reason.ASKED),
        (WEEK - timedelta(microseconds=1), Reason.COOLING_DOWN),
        (timedelta(0), Reason.COOLING_DOWN),
    ],
)
def test_surveys_cool_down_from_when_another_was_shown(shown: timedelta, expected: Reason) -> None:
    history = History((ask(uuid4(), "completed", shown_at=NOW - shown),))
    assert reason(survey(), history) is expected


def test_an_invitation_never_shown_spends_nothing() -> None:
    history = History((ask(uuid4(), "queued", shown_at=None, expires_at=NOW),))
    assert reason(survey(), history) is Reason.ASKED


def test_a_survey_is_shown_once() -> None:
    one = survey(cool_down=timedelta(0))
    years = NOW - timedelta(days=2_000)
    for state in ("shown", "completed", "dismissed", "snoozed"):
        assert reason(one, History((ask(one.id, state, shown_at=years),))) is Reason.ALREADY_ASKED


def test_a_waiting_invitation_is_not_doubled() -> None:
    one = survey()
    waiting = ask(one.id, "queued", shown_at=None)
    held = ask(one.id, "claimed", shown_at=None, lease_until=NOW + timedelta(seconds=1))
    for known in (waiting, held):
        assert reason(one, History((known,))) is Reason.ALREADY_WAITING


def test_refused_for_good_goes_before_everything_else() -> None:
    one = survey()
    assert reason(one, History((ask(one.id),), refused=True)) is Reason.REFUSED_FOR_GOOD


def test_one_popup_at_a_time() -> None:
    one = survey(cool_down=timedelta(0))
    at = moment(source="page")
    claimed = ask(uuid4(), "claimed", shown_at=None, lease_until=NOW + timedelta(seconds=1))
    shown = ask(uuid4(), "shown", shown_at=NOW - OPEN_FOR + timedelta(seconds=1))
    for known in (claimed, shown):
        (decision,) = decide_to_ask([one], at, History((known,)), NOW)
        assert decision.reason is Reason.ANOTHER_OPEN
    for known in (replace(shown, state="completed"), replace(claimed, lease_until=NOW)):
        (decision,) = decide_to_ask([one], at, History((known,)), NOW)
        assert decision.reason is Reason.ASKED


def test_a_claim_is_checked_again_at_the_last_moment() -> None:
    one = survey()
    mine = ask(one.id, "queued", shown_at=None, needs_proof=True)

    def claim(rules: SurveyRules | None, history: History, *, proven: bool = True) -> Reason:
        return decide_to_claim(rules, mine, history, proven=proven, now=NOW).reason

    assert claim(one, History((mine,))) is Reason.ASKED
    assert claim(one, History((mine,)), proven=False) is Reason.IDENTITY_UNPROVEN
    assert claim(None, History((mine,))) is Reason.NO_LONGER_LIVE
    assert claim(one, History((mine, ask(uuid4())))) is Reason.COOLING_DOWN
    assert claim(one, History((mine,), refused=True)) is Reason.REFUSED_FOR_GOOD


@given(st.permutations(range(4)), st.integers(0, 3))
def test_of_many_surveys_for_one_moment_the_first_that_may_be_is_asked(
    order: list[int], asked_before: int
) -> None:
    surveys = [survey(cool_down=timedelta(0)) for _ in order]
    history = History((ask(surveys[asked_before].id, "completed"),))
    arranged = [surveys[place] for place in order]
    decisions = decide_to_ask(arranged, moment(source="page"), history, NOW)
    first = next(one.id for one in arranged if one.id != surveys[asked_before].id)
    assert [decision.survey_id for decision in decisions if decision.asked] == [first]
    assert {decision.reason for decision in decisions} == {
        Reason.ASKED,
        Reason.ALREADY_ASKED,
        Reason.OUTRANKED,
    }


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_longer_cool_down_never_asks_more(days: int, longer: int) -> None:
    history = History((ask(uuid4(), "completed", shown_at=NOW - timedelta(days=100)),))
    short = survey(cool_down=timedelta(days=days))
    long = replace(short, cool_down=timedelta(days=days + longer))
    if reason(long, history) is Reason.ASKED:
        assert reason(short, history) is Reason.ASKED
