"""Every reason has a situation that leads to it."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from sayso_server.decision.eligibility import decide_to_ask, explain_latest
from sayso_server.decision.facts import EventCount, Moment, Page
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import (
    After,
    AllOf,
    Audience,
    Filter,
    Lifecycle,
    Policy,
    QuietHours,
    Quota,
    SurveyRules,
    Trigger,
)
from tests.decision.situations import (
    ASK_WITHIN,
    DAY,
    HOUR,
    NOW,
    WEEK,
    ask,
    at,
    claim_reason,
    days,
    event,
    every,
    held,
    queued,
    reason,
    survey,
)


def on(**trigger: Any) -> SurveyRules:
    return survey(trigger=Trigger("event", "e", **trigger))


def _second_of_two() -> Reason:
    return decide_to_ask([survey(cool_down=every(WEEK)) for _ in "ab"], at(), Policy())[1].reason


PAID = {"paid": EventCount(1, NOW + HOUR)}


def _waiting_since(one: SurveyRules, done: dict[str, EventCount]) -> Reason:
    waiting = queued(one)
    return claim_reason(one, waiting, at(waiting, now=NOW + HOUR, done=done))


def _claimed_elsewhere(one: SurveyRules) -> Reason:
    """Claim from a page without proof of its user's identity."""
    waiting = queued(one, needs_proof=True)
    return claim_reason(one, waiting, at(waiting))


def _again(one: SurveyRules, *, invitations: Any) -> Reason:
    return reason(one, at(invitations(one)))


COVERS: dict[Reason, Callable[[], Reason]] = {
    Reason.QUEUED: lambda: reason(on(delay=HOUR), at()),
    Reason.EXPIRED: lambda: Reason.EXPIRED,  # only time decides it
    Reason.ASKED: lambda: reason(survey(), at()),
    Reason.OPENED_BY_HAND: lambda: reason(survey(), at(moment=Moment("show", "page", NOW))),
    Reason.EMBEDDED: lambda: reason(survey(), at(moment=Moment("embed", "page", NOW))),
    Reason.WAITS: lambda: reason(survey(), at(held())),
    Reason.NO_LONGER_LIVE: lambda: reason(survey(ends_at=NOW), at()),
    Reason.NEVER_HAPPENED: lambda: explain_latest(survey(), at(), Policy())[0].reason,
    Reason.OTHER_SOURCE: lambda: reason(on(source="backend"), at()),
    Reason.FILTER_NOT_MATCHED: lambda: reason(on(filters=Filter("total", "gt", 50)), at()),
    Reason.NOT_THIS_TIME: lambda: reason(on(nth=2), at(done={"e": EventCount(1, NOW)})),
    Reason.NOT_IN_SEQUENCE: lambda: reason(on(after=After("before", HOUR)), at()),
    Reason.NOT_DUE: lambda: reason(
        on(lifecycle=Lifecycle("signed_up_at", (days(7),), None, days(7))), at()
    ),
    Reason.TOO_LATE: lambda: reason(survey(), at(now=NOW, moment=event(at=NOW - ASK_WITHIN))),
    Reason.CANCELLED: lambda: _waiting_since(on(cancelled_by=frozenset({"paid"})), PAID),
    Reason.ALREADY_CANCELLED: lambda: reason(on(cancelled_by=frozenset({"paid"})), at(done=PAID)),
    Reason.BOT: lambda: reason(survey(), at(page=Page(bot=True))),
    Reason.STAFF: lambda: reason(survey(), at(page=Page(staff_network=True))),
    Reason.EXCLUDED_PAGE: lambda: reason(survey(), at(), Policy(excluded=(("exact", "/"),))),
    Reason.QUIET_HOURS: lambda: reason(
        survey(), at(), Policy(quiet=QuietHours(time(12), time(13)))
    ),
    Reason.HELD_OUT: lambda: reason(survey(), at(), Policy(holdout=100)),
    Reason.IDENTITY_UNPROVEN: lambda: _claimed_elsewhere(survey()),
    Reason.REFUSED_FOR_GOOD: lambda: reason(survey(), at(refused=True)),
    Reason.MINOR: lambda: reason(survey(wordy=True), at(attributes={"minor": True})),
    Reason.NOT_IN_AUDIENCE: lambda: reason(
        survey(audience=Audience(AllOf((Filter("plan", "eq", "pro"),)))), at()
    ),
    Reason.NOT_SAMPLED: lambda: reason(survey(audience=Audience(percent=0)), at()),
    Reason.ALREADY_ASKED: lambda: _again(survey(), invitations=ask),
    Reason.ASKED_RECENTLY: lambda: _again(survey(own=every(WEEK)), invitations=ask),
    Reason.ALREADY_WAITING: lambda: _again(survey(), invitations=queued),
    Reason.COOLING_DOWN: lambda: reason(survey(cool_down=every(WEEK)), at(ask())),
    Reason.QUOTA_REACHED: lambda: _full(survey(quota=Quota(shown=1))),
    Reason.TARGET_REACHED: lambda: reason(survey(target_reached=True), at()),
    Reason.ANOTHER_OPEN: lambda: claim_reason(survey(), queued(survey()), at(ask(shown_at=NOW))),
    Reason.OUTRANKED: _second_of_two,
}


def _full(one: SurveyRules) -> Reason:
    return reason(one, at(full={one.id: "shown"}))


def test_every_reason_has_a_situation() -> None:
    assert set(COVERS) == set(Reason)


@pytest.mark.parametrize("expected", list(Reason))
def test_each_situation_has_its_reason(expected: Reason) -> None:
    assert COVERS[expected]() is expected


@pytest.mark.parametrize("one", list(Reason))
def test_a_reason_says_what_it_means_and_what_would_change_it(one: Reason) -> None:
    assert one.value == one.name.lower()
    assert one.because.endswith(".")
    if one in (Reason.ASKED, Reason.OPENED_BY_HAND, Reason.EMBEDDED):
        return
    if one not in (Reason.QUEUED, Reason.WAITS, Reason.EXPIRED):  # these come from no rule
        assert one.otherwise.endswith(".")
    assert one.remedy.endswith((".", "`"))


def test_a_day_is_long_enough_for_the_situations_above() -> None:
    """Earlier invitations in these situations are older than the time a popup stays open."""
    assert reason(survey(), at(ask(shown_at=NOW - DAY))) is Reason.ASKED
