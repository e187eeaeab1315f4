"""The cadence of a relationship survey: 7 days after sign-up, 30 after the first, then every 90."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Invitation, State
from sayso_server.decision.lifecycle import due
from sayso_server.decision.rules import Lifecycle, SurveyRules, Trigger, Waits
from sayso_server.decision.wording import details
from tests.decision.situations import (
    DAY,
    NEW_YORK,
    NOW,
    SECOND,
    TICK,
    VILNIUS,
    ask,
    at,
    days,
    queued,
    survey,
)

RELATIONSHIP = Lifecycle("signed_up_at", (days(7), days(30)), days(90), spread=days(7))


def relationship(cadence: Lifecycle = RELATIONSHIP, **changes: Any) -> SurveyRules:
    own = changes.pop("own", Waits(snoozed=days(7)))
    return survey(trigger=Trigger("lifecycle", lifecycle=cadence), own=own, **changes)


def held(
    one: SurveyRules, *invitations: Invitation, signed_up: Any = None, **changes: Any
) -> Check:
    attributes = {} if signed_up is None else {"signed_up_at": signed_up}
    assert one.trigger.lifecycle is not None
    return due(one, one.trigger.lifecycle, at(*invitations, attributes=attributes, **changes))


@pytest.mark.parametrize(
    ("signed_up", "expected"),
    [
        ((NOW - days(7)).isoformat(), True),
        ((NOW - days(7) + TICK).isoformat(), False),
        ((NOW - days(400)).isoformat(), True),
        (NOW.isoformat(), False),
        ((NOW + days(1)).isoformat(), False),
        ((NOW - days(7)).timestamp(), True),
        ((NOW - days(7)).timestamp() + 1, False),
        ("2026-02-23", True),
        ("2026-02-24", False),
        ("a while ago", False),
        ("", False),
        (True, False),
        (["2026-01-01"], False),
        (10**400, False),
        (None, False),
        ("0001-01-01", True),
        ("9999-12-31", False),  # databases use this date as the "end of time"
        ("9999-12-31T23:59:59Z", False),
    ],
)
def test_a_person_is_first_due_some_days_after_their_date(signed_up: Any, expected: bool) -> None:
    assert held(relationship(), signed_up=signed_up).passed is expected


@pytest.mark.parametrize(
    ("invitations", "ago", "expected"),
    [
        (1, days(30), True),
        (1, days(30) - TICK, False),
        (2, days(89), False),
        (2, days(90), True),
        (2, days(90) - TICK, False),
        (9, days(90), True),
        (9, days(90) - TICK, False),
    ],
)
def test_later_due_dates_count_from_when_it_was_last_shown(
    invitations: int, ago: timedelta, expected: bool
) -> None:
    one = relationship(live_since=NOW - days(1))
    before = [ask(one, "completed", NOW - ago - days(200 * n)) for n in range(invitations)]
    for asked in (before, before[::-1]):
        assert held(one, *asked, signed_up="2020-01-01").passed is expected


def test_invitations_of_other_surveys_and_those_never_shown_do_not_count() -> None:
    one = relationship()
    assert held(one, ask(), queued(one), signed_up="2020-01-01").passed


@pytest.mark.parametrize("state", ["shown", "started", "completed", "dismissed"])
def test_an_invitation_counts_whatever_its_outcome(state: State) -> None:
    one = relationship()
    assert not held(one, ask(one, state, NOW - days(29)), signed_up="2020-01-01").passed
    assert held(one, ask(one, state, NOW - days(30)), signed_up="2020-01-01").passed


def test_ask_me_later_repeats_the_invitation_and_does_not_advance_the_cadence() -> None:
    one = relationship()
    later = ask(one, "snoozed", NOW - days(7))
    assert held(one, later).passed
    assert not held(one, ask(one, "snoozed", NOW - days(7) + TICK)).passed
    # An answer is step one of the cadence; the next step follows after 30 days.
    answered = ask(one, "completed", NOW - days(30))
    assert held(one, ask(one, "snoozed", NOW - days(37)), answered).passed


def test_a_cadence_without_an_end_step_stops_after_its_last() -> None:
    one = relationship(Lifecycle("signed_up_at", (days(7),), None, spread=days(7)))
    assert held(one, signed_up="2020-01-01").passed
    check = held(one, ask(one, "completed", NOW - days(2_000)), signed_up="2020-01-01")
    assert (check.passed, check.until) == (False, None)


def test_people_overdue_when_it_goes_live_are_spread_evenly_and_keep_their_day() -> None:
    one = relationship(live_since=NOW)
    people = [f"person {n}" for n in range(900)]

    def due_at(bucket_key: str) -> datetime:
        until = held(one, signed_up="2020-01-01", bucket_key=bucket_key).until
        assert until is not None
        return until

    when = [due_at(bucket_key) for bucket_key in people]
    assert when == [due_at(bucket_key) for bucket_key in people]
    assert all(NOW <= moment <= NOW + days(7) for moment in when)
    by_day = [sum(n <= (moment - NOW) / DAY < n + 1 for moment in when) for n in range(7)]
    assert all(90 < n < 170 for n in by_day)


def test_people_not_yet_due_when_it_goes_live_are_not_spread() -> None:
    for live_since in (NOW - DAY, NOW):
        one = relationship(live_since=live_since)
        assert held(one, signed_up=(NOW - days(7)).isoformat()).passed


@pytest.mark.parametrize(
    ("zone", "signed_up", "first"),
    [
        # Seven calendar days: an hour shorter or longer if the clocks change in between.
        (VILNIUS, "2026-03-25", "2026-03-31T21:00:00+00:00"),
        (VILNIUS, "2026-03-10", "2026-03-16T22:00:00+00:00"),
        (VILNIUS, "2026-10-20", "2026-10-26T22:00:00+00:00"),
        (NEW_YORK, "2026-03-05", "2026-03-12T04:00:00+00:00"),
        (NEW_YORK, "2026-10-28", "2026-11-04T05:00:00+00:00"),
        (UTC, "2026-03-25", "2026-04-01T00:00:00+00:00"),
    ],
)
def test_a_date_counts_in_the_persons_own_calendar(zone: Any, signed_up: str, first: str) -> None:
    day = datetime.fromisoformat(first)
    assert held(relationship(), signed_up=signed_up, now=day, zone=zone).passed
    assert not held(relationship(), signed_up=signed_up, now=day - SECOND, zone=zone).passed


@pytest.mark.parametrize("ago", [7.001, 8, 40, 400])
def test_the_check_of_an_overdue_person_says_over_how_many_days_people_are_spread(
    ago: float,
) -> None:
    one = relationship(live_since=NOW)
    check = held(one, signed_up=(NOW - days(ago)).isoformat())
    assert check.until is not None
    assert NOW <= check.until < NOW + days(7)
    assert (check.saw["live_since"], check.saw["spread_over"]) == (NOW, "7 days")
    said = {name: str(value) for name, value in check.saw.items()}
    assert "spread over 7 days from then" in details(check.reason, said, {})
    # Only the first ask is spread.
    later = held(one, ask(one, "completed", NOW - days(1)), signed_up="2020-01-01")
    assert "spread_over" not in later.saw


def test_the_check_has_the_date_it_counts_from_and_the_due_date() -> None:
    one = relationship()
    signed_up = NOW - days(3)
    check = held(one, signed_up=signed_up.isoformat())
    assert check.until == signed_up + days(7)
    assert check.saw == {"signed_up_at": signed_up, "due": check.until}
    assert held(one).saw == {"attribute": "signed_up_at"}
    before = ask(one, "completed", NOW - days(3))
    assert held(one, before).saw == {
        "last_shown": before.shown_at,
        "asked": 1,
        "due": NOW + days(27),
    }
