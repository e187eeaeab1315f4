"""The replay of one person, without a database."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sayso_server.decision.compile import compile_survey
from sayso_server.decision.facts import EarlierAnswer, EventCount, Invitation, Moment, Source
from sayso_server.decision.replayed_person import History
from sayso_server.decision.rules import Policy, SurveyRules
from sayso_server.decision.simulation import ComesOf, ReplayedDecision, Simulation

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
END = NOON + timedelta(days=60)
SOMEBODY = History("a" * 32)
ORDER: dict[str, Any] = {"kind": "event", "event": "ordered"}


def survey(number: int = 1, trigger: dict[str, Any] = ORDER, **more: Any) -> SurveyRules:
    return compile_survey(UUID(int=number), 1, {"trigger": trigger, **more}, live_since=NOON)


def did(name: str = "ordered", source: Source = "page", **after: float) -> Moment:
    return Moment("event", source, NOON + timedelta(**after), name)


def replay(
    of: list[SurveyRules],
    events: list[Moment],
    history: History = SOMEBODY,
    end: ComesOf = "answered",
) -> list[ReplayedDecision]:
    return list(Simulation(of, Policy(), end).replay(history, events, END))


def outcomes(taken: list[ReplayedDecision]) -> list[tuple[int, str, bool]]:
    """The survey, the reason and whether the popup appeared, for each decision."""
    return [(t.decision.survey_id.int, t.decision.reason.value, t.shown) for t in taken]


def test_a_page_events_popup_is_shown_at_once_and_counts_for_the_next() -> None:
    taken = replay([survey()], [did(), did(hours=1)])
    assert outcomes(taken) == [(1, "asked", True), (1, "already_asked", False)]


def test_a_backend_invitation_is_offered_to_the_open_page_at_once() -> None:
    taken = replay([survey()], [did(source="backend")])
    assert outcomes(taken) == [(1, "queued", False), (1, "asked", True)]
    assert [t.at for t in taken] == [NOON, NOON]
    assert [t.offered for t in taken] == [False, True]


def test_a_delayed_invitation_is_shown_when_its_delay_is_over() -> None:
    taken = replay([survey(trigger={**ORDER, "delay": 60})], [did(), did("other", hours=2)])
    assert [(t.at - NOON, t.shown) for t in taken] == [
        (timedelta(), False),
        (timedelta(minutes=1), True),
    ]


def test_a_cancelling_event_removes_the_delayed_invitation() -> None:
    trigger = {**ORDER, "unless": {"event": "left", "within": 60}}
    taken = replay([survey(trigger=trigger)], [did(), did("left", seconds=30)])
    assert outcomes(taken) == [(1, "queued", False), (1, "cancelled", False)]


@pytest.mark.parametrize(
    ("end", "asked"), [("answered", [0, 10]), ("dismissed", [0, 3, 6, 9]), ("ignored", [0, 6])]
)
def test_the_assumed_outcome_decides_the_wait(end: ComesOf, asked: list[int]) -> None:
    again = {"answered": 10, "dismissed": 3, "ignored": 6}
    of = [survey(throttle={"again_after_days": again})]
    taken = replay(of, [did(days=day) for day in range(11)], end=end)
    assert [(t.at - NOON).days for t in taken if t.shown] == asked


def test_of_equal_surveys_the_older_is_asked_whatever_their_order() -> None:
    both = [survey(number, throttle={"cool_down_days": 1}) for number in (1, 2)]
    for of in (both, both[::-1]):
        for source in ("page", "backend"):
            taken = replay(of, [did(source=source)])
            assert [t.decision.survey_id.int for t in taken if t.shown] == [1]


def test_counts_before_the_span_go_on() -> None:
    of = [survey(trigger={**ORDER, "nth": 3})]
    history = History("a" * 32, done={"ordered": EventCount(1, NOON - timedelta(days=1))})
    taken = replay(of, [did(), did(hours=1), did(hours=2)], history)
    assert [t.decision.reason.value for t in taken] == ["not_this_time", "asked", "not_this_time"]


def test_an_invitation_that_waited_when_the_span_began_is_offered() -> None:
    ask = Invitation(UUID(int=9), UUID(int=1), 1, "queued", NOON, NOON + timedelta(hours=1), NOON)
    taken = replay([survey()], [did("other", minutes=5)], History("a" * 32, invitations=(ask,)))
    assert [(t.at, t.shown, t.offered) for t in taken] == [(NOON, True, True)]


def test_an_invitation_that_was_offered_before_the_span_began_is_not_offered_again() -> None:
    ask = Invitation(UUID(int=9), UUID(int=1), 1, "queued", NOON, NOON + timedelta(hours=1), NOON)
    began = NOON + timedelta(seconds=1)
    history = History("a" * 32, invitations=(ask,), since=began)
    taken = replay([survey()], [did("other", minutes=5)], history)
    assert outcomes(taken) == [(1, "expired", False)]


def test_refusals_and_answers_count_from_when_they_were_made() -> None:
    later = NOON + timedelta(minutes=30)
    of = [survey(throttle={"again_after_days": {"answered": 0}})]
    history = History("a" * 32, refused_at=later)
    assert [t.decision.reason.value for t in replay(of, [did(), did(hours=1)], history)] == [
        "asked",
        "refused_for_good",
    ]
    unhappy = survey(audience={"answers": [{"kind": "csat", "group": "negative"}]})
    history = History("a" * 32, answers=(EarlierAnswer("csat", 1, later, UUID(int=5)),))
    assert [t.shown for t in replay([unhappy], [did(), did(hours=1)], history)] == [False, True]


def test_a_cadence_is_checked_once_a_day_at_the_first_event() -> None:
    cadence = {"kind": "lifecycle", "attribute": "signed_up_at", "after_days": [2, 3]}
    history = History("a" * 32, attributes={"signed_up_at": NOON.isoformat()})
    events = [did("any", hours=hours) for hours in range(0, 24 * 8, 4)]
    taken = replay([survey(trigger=cadence)], events, history)
    assert len(taken) == 9
    assert [(t.at - NOON).total_seconds() / 86_400 for t in taken if t.shown] == [2.5, 5.5]
    assert Simulation([survey(trigger=cadence)], Policy()).names is None


def test_only_events_that_a_rule_names_are_replayed() -> None:
    audience = {"events": [{"event": "seen", "within_days": 3}, {"event": "paid"}]}
    trigger = {**ORDER, "after": {"event": "opened", "within": 9}, "cancel_on": ["left"]}
    simulation = Simulation([survey(trigger=trigger, audience=audience)], Policy())
    assert sorted(simulation.names or ()) == ["left", "opened", "ordered", "paid", "seen"]


def test_popups_that_no_rule_reads_any_more_are_forgotten() -> None:
    of = [survey(throttle={"again_after_days": {"answered": 0}})]
    kept: list[int] = []

    def watched() -> Iterator[Moment]:
        for hour in range(100):
            yield did(hours=hour)
            kept.append(sum(isinstance(one, Invitation) for one in gc.get_objects()))

    gc.freeze()  # only objects made from here on are counted
    try:
        taken = list(Simulation(of, Policy()).replay(SOMEBODY, watched(), END))
    finally:
        gc.unfreeze()
    assert sum(one.shown for one in taken) == 100
    assert max(kept) - min(kept) <= 2
