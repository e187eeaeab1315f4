"""Decisions: the order of rules, priorities, and waiting."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import (
    decide_to_ask,
    decide_to_claim,
    decide_to_queue,
    explain,
    explain_latest,
    in_order,
)
from sayso_server.decision.facts import OPEN_FOR, Invitation, Page, PastEvent
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import (
    ALWAYS,
    EVERYONE,
    AllOf,
    Audience,
    Filter,
    Policy,
    QuietHours,
    Quota,
    SurveyRules,
    Trigger,
    Waits,
)
from tests.decision.situations import (
    ASK_WITHIN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    TICK,
    WEEK,
    ask,
    at,
    claim_reason,
    decided,
    event,
    every,
    held,
    queue_reason,
    queued,
    reason,
    survey,
)


def asked(decisions: list[Decision]) -> list[Any]:
    return [decision.survey_id for decision in decisions if decision.asked]


def test_a_matching_event_of_an_unknown_person_asks() -> None:
    assert reason(survey(), at()) is Reason.ASKED
    assert queue_reason(survey(), at()) is Reason.QUEUED


def test_refused_for_good_is_checked_before_throttles() -> None:
    one = survey(cool_down=every(WEEK))
    assert reason(one, at(ask(one), ask(), refused=True)) is Reason.REFUSED_FOR_GOOD


def test_rules_that_pass_with_time_are_checked_last() -> None:
    """Otherwise an invitation might wait although the survey could not be asked later either."""
    one = survey(
        audience=Audience(percent=0),
        own=every(MINUTE),
        quota=Quota(shown=1),
        target_reached=True,
        ends_at=NOW,
    )
    policy = Policy(quiet=QuietHours(time(12), time(12, 1)))
    here = at(ask(one, shown_at=NOW), queued(one), held(), full={one.id: "shown"})
    for expected, change in (
        (Reason.NOT_SAMPLED, {"audience": Audience()}),
        (Reason.NO_LONGER_LIVE, {"ends_at": None}),
        (Reason.TARGET_REACHED, {"target_reached": False}),
        (Reason.ALREADY_WAITING, {}),
    ):
        assert reason(one, here, policy) is expected
        one = survey(**{**{name: getattr(one, name) for name in KEPT}, **change})


KEPT = ("id", "audience", "own", "quota", "target_reached", "ends_at")


def test_a_second_event_makes_no_second_waiting_invitation() -> None:
    """For any reason that the first invitation waits."""
    one = survey(own=every(MINUTE))
    shown = ask(one, "snoozed", NOW - SECOND)
    assert reason(one, at(shown)) is Reason.WAITS
    assert reason(one, at(shown, queued(one))) is Reason.ALREADY_WAITING


@pytest.mark.parametrize(
    ("here", "policy", "own", "held_back_by", "until"),
    [
        (
            at(),
            Policy(quiet=QuietHours(time(12), time(12, 10))),
            Waits(),
            "quiet_hours",
            NOW + 10 * MINUTE,
        ),
        (
            at(ask(shown_at=NOW - HOUR)),
            EVERYONE,
            Waits(),
            "cooling_down",
            NOW + 10 * MINUTE,
        ),
        (at(held()), EVERYONE, Waits(), "another_open", NOW + SECOND),
        (at(ask(shown_at=NOW)), EVERYONE, Waits(), "another_open", NOW + OPEN_FOR),
    ],
)
def test_an_event_waits_for_a_rule_that_passes_with_time(
    here: Any, policy: Policy, own: Waits, held_back_by: str, until: Any
) -> None:
    cool_down = every(70 * MINUTE) if held_back_by == "cooling_down" else every(timedelta())
    one = survey(cool_down=cool_down, own=own)
    decision = decided(one, here, policy)
    assert (decision.reason, decision.waits_until) == (Reason.WAITS, until)
    assert decision.saw["held_back_by"] == held_back_by
    assert (decision.asked, decision.invites) == (False, True)


def test_a_survey_waits_until_its_own_wait_ends() -> None:
    one = survey(own=every(HOUR))
    decision = decided(one, at(ask(one, "snoozed", NOW - HOUR + 5 * MINUTE)))
    assert (decision.reason, decision.waits_until) == (Reason.WAITS, NOW + 5 * MINUTE)


MINE = survey(own=every(HOUR), cool_down=every(HOUR))
SNOOZED = ask(MINE, "snoozed", NOW - HOUR + 5 * MINUTE)  # its own wait ends in five minutes


@pytest.mark.parametrize(
    ("others", "quiet_until", "quota", "expected"),
    [
        # The invitation waits for the rule that passes last, in any order of rules.
        ([NOW - HOUR + 8 * MINUTE], None, None, ("cooling_down", 8 * MINUTE)),
        ([NOW - HOUR + 2 * MINUTE], None, None, ("asked_recently", 5 * MINUTE)),
        ([], time(12, 7), None, ("quiet_hours", 7 * MINUTE)),
        ([NOW - HOUR + 8 * MINUTE], time(12, 9), None, ("quiet_hours", 9 * MINUTE)),
        # If a rule passes too late, or never, the invitation does not wait.
        ([NOW], None, None, None),
        ([], None, "responses", None),
        ([], time(12, 20), None, None),
    ],
)
def test_an_event_waits_for_every_rule_that_holds_it_back(
    others: Any, quiet_until: Any, quota: Any, expected: Any
) -> None:
    one = replace(MINE, quota=Quota(responses=5))
    policy = Policy(quiet=QuietHours(time(12), quiet_until)) if quiet_until else EVERYONE
    shown = [ask(None, "completed", when) for when in others]
    decision = decided(one, at(SNOOZED, *shown, full={one.id: quota} if quota else {}), policy)
    if expected is None:
        assert (decision.reason, decision.waits_until) == (Reason.ASKED_RECENTLY, None)
    else:
        held_back_by, wait = expected
        assert (decision.saw["held_back_by"], decision.waits_until) == (held_back_by, NOW + wait)


@pytest.mark.parametrize("queue", [False, True])
def test_no_invitation_waits_if_some_rule_never_passes(queue: bool) -> None:
    here = at(SNOOZED, ask(None, "completed", NOW - WEEK))
    one = replace(MINE, cool_down=Waits())
    found = queue_reason(one, here) if queue else reason(one, here)
    assert found is Reason.ASKED_RECENTLY


@pytest.mark.parametrize(
    ("wait", "expected"),
    [(ASK_WITHIN - TICK, Reason.WAITS), (ASK_WITHIN, Reason.COOLING_DOWN)],
)
def test_no_invitation_waits_longer_than_the_time_to_ask(wait: timedelta, expected: Reason) -> None:
    here = at(ask(shown_at=NOW))
    one = survey(cool_down=every(wait))
    assert reason(one, here) is expected
    assert queue_reason(one, here) is expected


def test_only_invitations_for_events_wait_not_those_for_page_moments() -> None:
    scroll = survey(trigger=Trigger("scroll"))
    moment = event(kind="scroll", name=None)
    assert reason(scroll, at(held(), moment=moment)) is Reason.ANOTHER_OPEN


def test_a_backend_event_is_queued_while_a_popup_is_open() -> None:
    assert queue_reason(survey(), at(held())) is Reason.QUEUED


def test_the_survey_with_the_highest_priority_is_asked_and_the_other_waits() -> None:
    low, high = survey(priority=-1), survey(priority=5)
    first, second = decide_to_ask([low, high], at(), EVERYONE)
    assert (first.survey_id, first.reason) == (high.id, Reason.ASKED)
    assert (second.survey_id, second.reason) == (low.id, Reason.WAITS)
    assert second.saw == {"held_back_by": "outranked", "asked": high.id}
    assert (second.waits_until, second.behind) == (NOW + OPEN_FOR, True)


@pytest.mark.parametrize("rival", [held(), ask(shown_at=NOW - SECOND)])
@pytest.mark.parametrize("ask_within", [5 * SECOND, 5 * MINUTE])
def test_an_invitation_behind_a_popup_waits_for_its_end_and_not_for_the_longest_it_may_stay(
    rival: Invitation, ask_within: timedelta
) -> None:
    low = survey(ask_within=ask_within)
    one = decided(low, at(rival))
    _, other = decide_to_ask([survey(priority=1), low], at(), EVERYONE)
    for decision in (one, other):
        assert (decision.reason, decision.behind) == (Reason.WAITS, True)
    assert decided(survey(ask_within=ALWAYS), at(rival)).reason is not Reason.WAITS


@pytest.mark.parametrize(
    ("cool_down", "until"),
    [
        (every(5 * MINUTE), NOW + 5 * MINUTE),
        (Waits(answered=WEEK, dismissed=5 * MINUTE, snoozed=WEEK, ignored=None), NOW + 5 * MINUTE),
        (every(ASK_WITHIN), None),
        (every(WEEK), None),
        (Waits(), None),
    ],
)
def test_an_outranked_survey_waits_if_its_cool_down_allows_it(cool_down: Waits, until: Any) -> None:
    high, low = survey(priority=5), survey(cool_down=cool_down)
    _, decision = decide_to_ask([high, low], at(), EVERYONE)
    expected = Reason.OUTRANKED if until is None else Reason.WAITS
    assert (decision.reason, decision.waits_until) == (expected, until)


def test_a_survey_that_ranks_first_but_may_not_ask_yields_to_the_next() -> None:
    high = survey(priority=5, target_reached=True)
    low = survey()
    assert asked(decide_to_ask([high, low], at(), EVERYONE)) == [low.id]


def test_a_survey_with_a_delay_does_not_compete() -> None:
    later = survey(trigger=Trigger("event", "e", delay=HOUR), priority=9)
    now = survey()
    decisions = decide_to_ask([later, now], at(), EVERYONE)
    assert [decision.reason for decision in decisions] == [Reason.QUEUED, Reason.ASKED]
    # A popup that is open now does not block a survey that is due in an hour.
    assert reason(later, at(held())) is Reason.QUEUED


def test_a_claim_is_checked_again_at_the_last_moment() -> None:
    one = survey(cool_down=every(WEEK))
    mine = queued(one, needs_proof=True)
    proven, unproven = Page(proven=True), Page()

    def claim(rules: SurveyRules | None, *others: Any, **here: Any) -> Reason:
        return claim_reason(rules, mine, at(mine, *others, **{"page": proven, **here}))

    assert claim(one) is Reason.ASKED
    assert claim(one, page=unproven) is Reason.IDENTITY_UNPROVEN
    assert claim(None) is Reason.NO_LONGER_LIVE
    assert claim(one, ask()) is Reason.COOLING_DOWN
    assert claim(one, ask(one)) is Reason.ALREADY_ASKED
    assert claim(one, held()) is Reason.ANOTHER_OPEN
    assert claim(one, refused=True) is Reason.REFUSED_FOR_GOOD
    assert claim(one, page=Page(proven=True, bot=True)) is Reason.BOT


def test_a_claim_that_must_wait_says_when_to_check_again() -> None:
    one = survey()
    waiting = queued(one)
    decision = decide_to_claim(one, waiting, at(waiting, ask(shown_at=NOW)), EVERYONE)
    assert (decision.reason, decision.waits_until) == (Reason.ANOTHER_OPEN, NOW + OPEN_FOR)


def test_of_two_invitations_to_one_survey_one_can_be_claimed() -> None:
    """Two devices that become one person may each have an invitation."""
    one = survey()
    mine, theirs = queued(one), queued(one)
    assert claim_reason(one, mine, at(mine, theirs)) is Reason.ASKED


def test_a_decision_names_the_version_and_what_it_saw() -> None:
    one = survey(version=7, cool_down=every(WEEK))
    other = ask()
    decision = decided(one, at(other))
    assert (decision.survey_id, decision.version) == (one.id, 7)
    assert decision.saw["survey"] == other.survey_id


def test_explain_checks_every_rule_in_the_order_of_deciding() -> None:
    one = survey(target_reached=True, quota=Quota(shown=1))
    here = at(ask(), refused=True)
    checks = explain(one, here, EVERYONE)
    assert [check.reason for check in checks if not check.passed] == [
        Reason.REFUSED_FOR_GOOD,
        Reason.TARGET_REACHED,
    ]
    first = next(check.reason for check in checks if not check.passed)
    assert first is reason(one, here)
    told = [check.reason for check in explain(one, at(moment=None), EVERYONE)]
    assert Reason.TOO_LATE not in told
    assert Reason.TARGET_REACHED in told


def test_explain_latest_decides_as_if_the_last_event_happened_now() -> None:
    over_50 = AllOf((Filter("total", "gt", 50),))
    one = survey(trigger=Trigger("event", "e", over_50, source="backend"))

    def told(*past: PastEvent) -> list[Reason]:
        here = at(moment=None, recent={"e": past})
        checks = explain_latest(one, here, EVERYONE)
        return [check.reason for check in checks if not check.passed]

    assert told() == [Reason.NEVER_HAPPENED]
    large, small = {"total": 51}, {"total": 50}
    last_year = NOW - 365 * DAY
    assert told(PastEvent(last_year, large, "backend")) == []
    assert told(PastEvent(last_year, small, "page")) == [
        Reason.OTHER_SOURCE,
        Reason.FILTER_NOT_MATCHED,
    ]
    older = PastEvent(last_year - DAY, small, "backend")
    assert told(older, PastEvent(last_year, large, "backend")) == []
    page_view = survey(trigger=Trigger("page_view"))
    assert all(check.passed for check in explain_latest(page_view, at(moment=None), EVERYONE))


@given(st.permutations(range(4)), st.integers(0, 3))
def test_of_many_surveys_for_one_moment_the_first_eligible_is_asked(
    order: list[int], asked_before: int
) -> None:
    surveys = [survey(priority=-n, cool_down=every(DAY)) for n in range(4)]
    here = at(ask(surveys[asked_before], "completed", NOW - 9 * DAY))
    decisions = decide_to_ask([surveys[place] for place in order], here, EVERYONE)
    first = next(one.id for one in surveys if one.id != surveys[asked_before].id)
    assert asked(decisions) == [first]
    assert {decision.reason for decision in decisions} == {
        Reason.ASKED,
        Reason.ALREADY_ASKED,
        Reason.OUTRANKED,
    }


def test_the_order_is_by_priority_and_then_by_age() -> None:
    old, new, high = survey(), survey(), survey(priority=1)
    ids = sorted([old.id, new.id])
    assert [one.id for one in in_order([new, high, old])] == [high.id, *ids]


def test_queueing_decides_each_survey_independently() -> None:
    here = at(page=None, moment=event(source="backend"))
    decisions = decide_to_queue([survey(), survey()], here, EVERYONE)
    assert [decision.reason for decision in decisions] == [Reason.QUEUED, Reason.QUEUED]
