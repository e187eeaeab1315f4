"""Does the event start the survey? Source, filters, counts, sequences, lateness, cancellation."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sayso_server.decision import trigger_rules
from sayso_server.decision.facts import EventCount, PastEvent
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import After, AllOf, Filter, SurveyRules, Trigger
from tests.decision.situations import (
    ASK_WITHIN,
    DAY,
    HOUR,
    MINUTE,
    NEW_YORK,
    NOW,
    SECOND,
    TICK,
    VILNIUS,
    ask,
    at,
    event,
    held,
    passes,
    queued,
    survey,
)


def on(**trigger: Any) -> SurveyRules:
    return survey(trigger=replace(Trigger("event", "e"), **trigger))


@pytest.mark.parametrize(
    ("wanted", "came", "expected"),
    [
        (None, "page", True),
        (None, "backend", True),
        ("page", "page", True),
        ("page", "backend", False),
        ("backend", "backend", True),
        ("backend", "page", False),
    ],
)
def test_a_trigger_accepts_events_from_the_source_it_names(
    wanted: Any, came: Any, expected: bool
) -> None:
    check = trigger_rules.source(on(source=wanted), at(moment=event(source=came)))
    assert passes(check) is expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"total": 51}, True),
        ({"total": 50.000001}, True),
        ({"total": 50}, False),
        ({"total": "51"}, False),
        ({"total": None}, False),
        ({}, False),
    ],
)
def test_an_event_meets_the_filters_of_its_trigger(
    properties: dict[str, Any], expected: bool
) -> None:
    over_50 = on(filters=AllOf((Filter("total", "gt", 50),)))
    check = trigger_rules.filters(over_50, at(moment=event(properties=properties)))
    assert passes(check) is expected
    assert check is not None
    assert expected or check.saw == {"wanted": "total gt 50", "value": properties.get("total")}


def test_a_date_in_an_event_is_in_the_persons_time_zone() -> None:
    due = on(filters=AllOf((Filter("due", "in_last_days", 1),)))
    today = event(properties={"due": "2026-10-25"})
    # Summer time ends on this day in Vilnius: the day begins at 21:00 UTC on the day before.
    begins = datetime(2026, 10, 24, 21, tzinfo=NOW.tzinfo)
    for now, expected in ((begins, True), (begins - SECOND, False)):
        check = trigger_rules.filters(due, at(now=now, moment=today, zone=VILNIUS))
        assert passes(check) is expected
    assert not passes(trigger_rules.filters(due, at(now=begins, moment=today, zone=NEW_YORK)))


@pytest.mark.parametrize(
    ("trigger", "times", "expected"),
    [
        ({}, 7, True),
        ({"nth": 3}, 2, False),
        ({"nth": 3}, 3, True),
        ({"nth": 3}, 4, False),
        ({"nth": 3}, 6, False),
        ({"nth": 1}, 1, True),
        ({"nth": 1}, 2, False),
        ({"nth": 1}, None, False),
        ({"every": 3}, 2, False),
        ({"every": 3}, 3, True),
        ({"every": 3}, 4, False),
        ({"every": 3}, 6, True),
        ({"every": 3}, 0, False),
        ({"every": 3}, None, False),
    ],
)
def test_a_trigger_accepts_the_events_with_the_count_it_names(
    trigger: dict[str, int], times: int | None, expected: bool
) -> None:
    done = {} if times is None else {"e": EventCount(times, NOW), "other": EventCount(3, NOW)}
    assert passes(trigger_rules.count(on(**trigger), at(done=done))) is expected


HOUR_AFTER = on(after=After("before", HOUR, AllOf((Filter("ok", "eq", True),))))


@pytest.mark.parametrize(
    ("ago", "properties", "expected"),
    [
        (MINUTE, {"ok": True}, True),
        (timedelta(), {"ok": True}, True),
        (HOUR, {"ok": True}, True),
        (HOUR + TICK, {"ok": True}, False),
        (-TICK, {"ok": True}, False),
        (MINUTE, {"ok": False}, False),
        (MINUTE, {"ok": 1}, False),
        (MINUTE, {}, False),
    ],
)
def test_a_sequence_needs_its_first_event_within_its_span(
    ago: timedelta, properties: dict[str, Any], expected: bool
) -> None:
    recent = {"before": (PastEvent(NOW - ago, properties),)}
    assert passes(trigger_rules.sequence(HOUR_AFTER, at(recent=recent))) is expected


def test_a_sequence_without_its_first_event_does_not_start() -> None:
    assert not passes(trigger_rules.sequence(HOUR_AFTER, at()))
    assert not passes(trigger_rules.sequence(HOUR_AFTER, at(recent={"before": ()})))


def test_a_sequence_counts_back_from_the_event_and_not_from_when_it_arrived() -> None:
    # Sent ten minutes late: the earlier event was 65 minutes ago, but 55 before this event.
    late = event(at=NOW - 10 * MINUTE)
    recent = {"before": (PastEvent(NOW - 65 * MINUTE, {"ok": True}),)}
    assert passes(trigger_rules.sequence(HOUR_AFTER, at(moment=late, recent=recent)))
    ahead = event(at=NOW + 4 * MINUTE)
    recent = {"before": (PastEvent(NOW - 58 * MINUTE, {"ok": True}),)}
    assert not passes(trigger_rules.sequence(HOUR_AFTER, at(moment=ahead, recent=recent)))


def test_an_event_is_not_its_own_predecessor_but_an_earlier_event_of_its_name_is() -> None:
    twice = on(after=After("e", HOUR))
    own = PastEvent(NOW, {})
    assert not passes(trigger_rules.sequence(twice, at(recent={"e": (own,)})))
    assert passes(trigger_rules.sequence(twice, at(recent={"e": (own, PastEvent(NOW - HOUR, {}))})))
    assert passes(trigger_rules.sequence(twice, at(recent={"e": (own, own)})))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(), True),
        (ASK_WITHIN - TICK, True),
        (ASK_WITHIN, False),
        (DAY, False),
        (-4 * MINUTE, True),
    ],
)
def test_a_trigger_means_because_this_just_happened(age: timedelta, expected: bool) -> None:
    check = trigger_rules.in_time(survey(), at(now=NOW, moment=event(at=NOW - age)))
    assert passes(check) is expected


def test_an_events_time_to_ask_takes_precedence_over_the_surveys() -> None:
    old = event(at=NOW - HOUR, ask_within=2 * HOUR)
    assert passes(trigger_rules.in_time(survey(), at(now=NOW, moment=old)))
    at_once = event(ask_within=timedelta())
    assert not passes(trigger_rules.in_time(survey(), at(moment=at_once)))


def test_a_delay_is_added_to_the_time_to_ask() -> None:
    assert trigger_rules.expiry(on(delay=HOUR), event()) == NOW + HOUR + ASK_WITHIN


CANCELLED = on(cancelled_by=frozenset({"paid", "left"}))


@pytest.mark.parametrize(
    ("did", "last_at", "expected"),
    [
        ("paid", NOW + TICK, False),
        ("left", NOW + MINUTE, False),
        ("paid", NOW, True),
        ("paid", NOW - MINUTE, True),
        ("other", NOW + MINUTE, True),
    ],
)
def test_an_event_that_cancels_counts_when_it_comes_after_the_trigger(
    did: str, last_at: datetime, expected: bool
) -> None:
    done = {did: EventCount(1, last_at)}
    assert passes(trigger_rules.cancelled(CANCELLED, at(done=done))) is expected
    waiting = queued(CANCELLED)
    later = at(waiting, now=NOW + HOUR, moment=None, invitation=waiting, done=done)
    assert passes(trigger_rules.cancelled(CANCELLED, later)) is expected


def test_an_invitation_is_cancelled_from_when_its_event_happened_not_from_when_it_came() -> None:
    sent_late = queued(CANCELLED, happened_at=NOW - 10 * MINUTE, available_at=NOW)
    done = {"paid": EventCount(1, NOW - 5 * MINUTE)}
    here = at(sent_late, moment=None, invitation=sent_late, done=done)
    assert not passes(trigger_rules.cancelled(CANCELLED, here))


def test_only_an_invitation_that_waits_is_cancelled() -> None:
    done = {"paid": EventCount(1, NOW + MINUTE)}
    for invitation, reason in (
        (None, Reason.ALREADY_CANCELLED),
        (queued(CANCELLED), Reason.CANCELLED),
        (held(CANCELLED), Reason.CANCELLED),
        (ask(CANCELLED, shown_at=NOW), Reason.ALREADY_CANCELLED),
    ):
        check = trigger_rules.cancelled(CANCELLED, at(invitation=invitation, done=done))
        assert check is not None
        assert (check.passed, check.reason) == (False, reason)


def test_rules_that_a_trigger_does_not_have_have_no_check() -> None:
    page_view = survey(trigger=Trigger("page_view"))
    here = at(ask(), moment=event(kind="page_view", name=None))
    for rule in (
        trigger_rules.source,
        trigger_rules.filters,
        trigger_rules.count,
        trigger_rules.sequence,
        trigger_rules.cadence,
        trigger_rules.cancelled,
    ):
        assert rule(page_view, here) is None
