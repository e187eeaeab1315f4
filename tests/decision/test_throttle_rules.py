"""Limits on how often a person is asked, and on how many people are asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sayso_server.decision import throttle_rules
from sayso_server.decision.facts import OPEN_FOR, Invitation, Page, State
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Lifecycle, Policy, Quota, Trigger, Waits
from tests.decision.situations import (
    DAY,
    NOW,
    SECOND,
    TICK,
    WEEK,
    ask,
    at,
    days,
    every,
    held,
    passes,
    queued,
    survey,
)

TESTING = Policy(testers=frozenset({"me"}))
BY_OUTCOME = Waits(answered=days(90), dismissed=days(30), snoozed=days(7), ignored=days(14))
WAIT_OF: list[tuple[State, float]] = [
    ("shown", 14),
    ("started", 90),
    ("completed", 90),
    ("dismissed", 30),
    ("snoozed", 7),
]


def test_never_again_is_final() -> None:
    assert not passes(throttle_rules.refused(survey(), at(refused=True)))
    assert not passes(throttle_rules.refused(survey(), at(refused=True, user_id="me"), TESTING))
    assert passes(throttle_rules.refused(survey(), at(ask(state="refused"))))


@pytest.mark.parametrize(
    ("needs_proof", "proven", "expected"),
    [(True, True, True), (True, False, False), (False, True, True), (False, False, True)],
)
def test_a_backend_invitation_for_a_user_is_shown_on_proven_pages_only(
    needs_proof: bool, proven: bool, expected: bool
) -> None:
    one = survey()
    waiting = queued(one, needs_proof=needs_proof)
    here = at(waiting, moment=None, invitation=waiting, page=Page(proven=proven))
    assert passes(throttle_rules.proof(one, here)) is expected
    assert passes(throttle_rules.proof(one, at(page=Page(proven=False))))


@pytest.mark.parametrize(("state", "wait"), WAIT_OF)
def test_a_survey_is_shown_again_after_the_wait_of_its_outcome(state: State, wait: float) -> None:
    one = survey(own=BY_OUTCOME)
    for ago, expected in (
        (timedelta(), False),
        (days(wait) - TICK, False),
        (days(wait), True),
        (days(2_000), True),
        (-SECOND, False),
    ):
        shown_at = NOW - ago
        check = throttle_rules.own_wait(one, at(ask(one, state, shown_at)))
        assert check is not None
        assert (check.reason, check.passed) == (Reason.ASKED_RECENTLY, expected)
        assert check.until == shown_at + days(wait)
        assert check.saw["shown"] == shown_at


@pytest.mark.parametrize("state", ["shown", "started", "completed", "dismissed", "snoozed"])
def test_without_a_wait_a_survey_is_shown_once(state: State) -> None:
    one = survey()
    check = throttle_rules.own_wait(one, at(ask(one, state, NOW - days(2_000))))
    assert check is not None
    assert (check.reason, check.passed) == (Reason.ALREADY_ASKED, False)


def test_an_invitation_that_was_never_shown_does_not_count() -> None:
    one = survey(cool_down=every(WEEK))
    for unseen in (
        queued(one, expires_at=NOW),
        held(one, lease_until=NOW, expires_at=NOW),
        queued(),
    ):
        assert passes(throttle_rules.own_wait(one, at(unseen)))
        assert passes(throttle_rules.cool_down(one, at(unseen)))


def test_every_earlier_invitation_keeps_its_wait_whichever_was_last() -> None:
    # Two devices become one person: one answered, the other chose "ask me later" afterwards.
    one = survey(own=Waits(answered=days(90), snoozed=days(7)))
    answered = ask(one, "completed", NOW - days(30))
    snoozed = ask(one, "snoozed", NOW - days(10))
    assert passes(throttle_rules.own_wait(one, at(snoozed)))
    check = throttle_rules.own_wait(one, at(answered, snoozed))
    assert check is not None
    assert (check.passed, check.until) == (False, NOW + days(60))
    assert check.saw["outcome"] == "answered"
    for_ever = replace(one, own=Waits(snoozed=days(7)))
    check = throttle_rules.own_wait(for_ever, at(answered, snoozed))
    assert check is not None
    assert (check.reason, check.passed) == (Reason.ALREADY_ASKED, False)


def test_a_cadence_has_its_own_waits_and_a_tester_none() -> None:
    cadence = Lifecycle("signed_up_at", (days(7),), days(90), days(90))
    relationship = survey(trigger=Trigger("lifecycle", lifecycle=cadence))
    assert throttle_rules.own_wait(relationship, at(ask(relationship))) is None
    one = survey(cool_down=every(WEEK))
    here = at(ask(one), ask(), user_id="me")
    for rule in (throttle_rules.own_wait, throttle_rules.cool_down):
        assert passes(rule(one, here, TESTING))
        assert not passes(rule(one, here))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (queued, False),
        (held, False),
        (lambda one: queued(one, expires_at=NOW), True),
        (lambda one: queued(one, expires_at=NOW + TICK), False),
        (lambda one: held(one, lease_until=NOW), False),  # lease ended: it waits again
        (lambda one: held(one, lease_until=NOW, expires_at=NOW), True),
        (lambda one: held(one, expires_at=NOW), False),  # held until its lease ends
        (lambda one: ask(one, "shown", NOW), True),
        (lambda _: queued(), True),
    ],
)
def test_one_invitation_to_one_survey_at_a_time(other: Any, expected: bool) -> None:
    one = survey()
    assert passes(throttle_rules.waiting(one, at(other(one)))) is expected


def test_of_two_waiting_invitations_each_may_be_claimed_but_not_while_the_other_is_held() -> None:
    # Two devices become one person, and each had a waiting invitation.
    one = survey()
    mine, theirs = queued(one), queued(one)
    here = at(mine, theirs, moment=None, invitation=mine)
    assert passes(throttle_rules.waiting(one, here))
    taken = replace(theirs, state="claimed", lease_until=NOW + SECOND)
    here = at(mine, taken, moment=None, invitation=mine)
    assert not passes(throttle_rules.waiting(one, here))


@pytest.mark.parametrize(("state", "wait"), WAIT_OF)
def test_surveys_cool_down_from_when_another_was_shown(state: State, wait: float) -> None:
    one = survey(cool_down=BY_OUTCOME)
    for ago, expected in (
        (timedelta(), False),
        (days(wait) - TICK, False),
        (days(wait), True),
        (-SECOND, False),
    ):
        other = ask(state=state, shown_at=NOW - ago)
        check = throttle_rules.cool_down(one, at(other))
        assert check is not None
        assert check.passed is expected
        assert check.until == NOW - ago + days(wait)
        assert check.saw == {
            "survey": other.survey_id,
            "shown": other.shown_at,
            "outcome": other.outcome,
        }


def test_the_longest_of_several_cool_downs_counts() -> None:
    one = survey(cool_down=BY_OUTCOME)
    answered = ask(state="completed", shown_at=NOW - days(60))
    snoozed = ask(state="snoozed", shown_at=NOW - days(1))
    for invitations in ((answered, snoozed), (snoozed, answered)):
        check = throttle_rules.cool_down(one, at(*invitations))
        assert check is not None
        assert check.until == NOW + days(30)


def test_the_cool_down_counts_other_surveys_and_may_be_for_ever() -> None:
    one = survey(cool_down=every(WEEK))
    assert passes(throttle_rules.cool_down(one, at(ask(one, shown_at=NOW))))
    check = throttle_rules.cool_down(survey(cool_down=Waits()), at(ask(shown_at=NOW - days(2_000))))
    assert check is not None
    assert (check.passed, check.until) == (False, None)


def test_a_full_quota_is_named() -> None:
    one, other = survey(quota=Quota(responses=100)), survey()
    check = throttle_rules.quota(one, at(full={one.id: "responses"}))
    assert check is not None
    assert (check.passed, check.saw) == (False, {"quota": "responses"})
    assert passes(throttle_rules.quota(one, at()))
    assert passes(throttle_rules.quota(one, at(full={other.id: "responses"})))
    assert throttle_rules.quota(other, at()) is None


@pytest.mark.parametrize(("left", "expected"), [(TICK, True), (timedelta(), False), (-DAY, False)])
def test_a_survey_is_asked_until_its_end(left: timedelta, expected: bool) -> None:
    assert passes(throttle_rules.life(survey(ends_at=NOW + left), at())) is expected
    assert throttle_rules.life(survey(), at()) is None


def test_a_survey_that_reached_its_target_asks_nobody() -> None:
    assert not passes(throttle_rules.target(survey(target_reached=True), at()))
    assert passes(throttle_rules.target(survey(), at()))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (held(), False),
        (held(lease_until=NOW + TICK), False),
        (held(lease_until=NOW), True),
        (ask(shown_at=NOW), False),
        (ask(shown_at=NOW - OPEN_FOR + TICK), False),
        (ask(shown_at=NOW - OPEN_FOR), True),
        (ask(state="started", shown_at=NOW), False),
        (ask(state="completed", shown_at=NOW), True),
        (ask(state="completed", shown_at=NOW, lease_until=NOW + SECOND), True),
        (ask(state="dismissed", shown_at=NOW), True),
        (ask(state="snoozed", shown_at=NOW), True),
        (ask(state="refused", shown_at=NOW), True),
        (queued(), True),
    ],
)
def test_a_person_has_one_popup_at_a_time(other: Invitation, expected: bool) -> None:
    one = survey()
    assert passes(throttle_rules.another_open(one, at(other))) is expected
    # An invitation does not block itself.
    assert passes(throttle_rules.another_open(one, at(other, invitation=other)))


def test_a_popup_that_the_kill_switch_closed_is_not_open() -> None:
    one, paused = survey(), survey()
    here = at(ask(paused, shown_at=NOW))
    assert passes(throttle_rules.another_open(one, here, Policy(live=frozenset({one.id}))))
    both = Policy(live=frozenset({one.id, paused.id}))
    assert not passes(throttle_rules.another_open(one, here, both))
    assert not passes(throttle_rules.another_open(one, here))
