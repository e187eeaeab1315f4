"""The result of a simulation, counted per person."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Quota
from sayso_server.decision.simulation import ReplayedDecision
from sayso_server.decision.tally import Tally, Times

MINE, OTHER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def asked(hours: float = 0) -> ReplayedDecision:
    return ReplayedDecision(NOON + timedelta(hours=hours), Decision(MINE, Reason.ASKED), shown=True)


def no(reason: Reason, survey: UUID = MINE, **saw: object) -> ReplayedDecision:
    return ReplayedDecision(NOON, Decision(survey, reason, saw=saw))


def cooling_down() -> ReplayedDecision:
    return ReplayedDecision(NOON, Decision(MINE, Reason.COOLING_DOWN, saw={"survey": OTHER}))


def tally(quota: Quota | None = None, *, answered: bool = True) -> Tally:
    return Tally(MINE, quota, answered=answered)


def test_decisions_and_people_are_counted_apart() -> None:
    counted = tally()
    counted.add([asked(), no(Reason.ALREADY_ASKED), no(Reason.ALREADY_ASKED)])
    counted.add([no(Reason.ALREADY_ASKED), no(Reason.HELD_OUT)])
    summary = counted.summary()
    assert summary.asked == Times(1, 1)
    assert summary.held_back == {Reason.ALREADY_ASKED: Times(3, 2), Reason.HELD_OUT: Times(1, 1)}
    assert summary.by_day == {date(2026, 3, 2): 1}


def test_a_waiting_invitation_counts_neither_as_asked_nor_as_held_back() -> None:
    counted = tally()
    counted.add([ReplayedDecision(NOON, Decision(MINE, Reason.ASKED))])
    assert (counted.summary().asked, counted.summary().held_back) == (Times(0, 0), {})


def test_surveys_that_block_each_other_are_counted_in_both_directions() -> None:
    counted = tally()
    counted.add(
        [
            cooling_down(),
            no(Reason.OUTRANKED, asked=OTHER),
            no(Reason.WAITS, held_back_by="outranked", asked=OTHER),
            no(Reason.OUTRANKED, OTHER, asked=MINE),
            no(Reason.OUTRANKED, OTHER, asked=UUID(int=3)),
        ]
    )
    summary = counted.summary()
    assert summary.held_back_by == {OTHER: Times(3, 1)}
    assert summary.holds_back == {OTHER: Times(1, 1)}


def test_a_quota_goes_to_the_earliest_popups_whoever_was_replayed_first() -> None:
    counted = tally(Quota(shown=2))
    counted.add([asked(9)])
    counted.add([asked(1), asked(5)])
    summary = counted.summary()
    assert (summary.asked, summary.by_day) == (Times(2, 1), {date(2026, 3, 2): 2})
    assert summary.held_back == {Reason.QUOTA_REACHED: Times(1, 1)}


def test_a_daily_quota_is_free_again_on_the_next_day() -> None:
    counted = tally(Quota(shown_a_day=1))
    counted.add([asked(0), asked(1), asked(12), asked(13)])
    assert counted.summary().by_day == {date(2026, 3, 2): 1, date(2026, 3, 3): 1}


def test_responses_are_used_up_only_by_answers() -> None:
    for answered, invitations in ((True, 1), (False, 2)):
        counted = tally(Quota(responses=1), answered=answered)
        counted.add([asked(0), asked(1)])
        assert counted.summary().asked.decisions == invitations
