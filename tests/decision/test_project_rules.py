"""People who are never asked, excluded pages, and quiet hours."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision import project_rules
from sayso_server.decision.facts import Page
from sayso_server.decision.project_rules import quiet_until
from sayso_server.decision.rules import AllOf, Filter, Policy, QuietHours
from tests.decision.situations import NEW_YORK, TICK, VILNIUS, at, passes, survey

ONE = survey()
TESTER = {"user_id": "me"}
TESTING = frozenset({"me"})


def test_bots_are_never_asked() -> None:
    assert not passes(project_rules.bot(ONE, at(page=Page(bot=True))))
    assert passes(project_rules.bot(ONE, at(page=Page())))
    assert passes(project_rules.bot(ONE, at(page=None)))


STAFF = Policy(staff=AllOf((Filter("email", "ends_with", "@shop.example"),)))


@pytest.mark.parametrize(
    ("attributes", "staff"),
    [
        ({"email": "ann@shop.example"}, True),
        ({"email": "ann@other.example"}, False),
        ({"email": ["ann@shop.example"]}, False),
        ({"email": None}, False),
        ({}, False),
    ],
)
def test_staff_is_recognised_by_attribute(attributes: dict[str, Any], staff: bool) -> None:
    assert passes(project_rules.staff(ONE, at(attributes=attributes), STAFF)) is not staff


def test_staff_is_recognised_by_network() -> None:
    in_the_office = at(page=Page(staff_network=True))
    assert not passes(project_rules.staff(ONE, in_the_office))
    assert passes(project_rules.staff(ONE, at(page=Page())))
    assert passes(project_rules.staff(ONE, at(page=None)))


def test_a_tester_is_asked_though_staff_and_held_out_while_test_mode_is_on() -> None:
    own = {"attributes": {"email": "ann@shop.example"}, "page": Page(staff_network=True)}
    for rule, policy in (
        (project_rules.staff, STAFF),
        (project_rules.holdout, Policy(holdout=100)),
    ):
        testing = Policy(staff=policy.staff, holdout=policy.holdout, testers=TESTING)
        assert passes(rule(ONE, at(**own, **TESTER), testing))
        assert not passes(rule(ONE, at(**own, user_id="you"), testing))
        assert not passes(rule(ONE, at(**own, user_id=None), testing))
        assert not passes(rule(ONE, at(**own, **TESTER), policy))


@pytest.mark.parametrize(
    ("rule", "url", "excluded"),
    [
        (("prefix", "/checkout"), "https://shop.example/checkout/pay", True),
        (("prefix", "/checkout"), "https://shop.example/checkouts", False),
        (("exact", "/checkout"), "https://shop.example/checkout/pay", False),
        (("contains", "pay"), "https://shop.example/checkout/pay", True),
        (("contains", "pay"), "https://shop.example/", False),
        (("contains", "pay"), "", False),
    ],
)
def test_pages_that_the_project_excludes_never_ask(
    rule: tuple[str, str], url: str, excluded: bool
) -> None:
    policy = Policy(excluded=(("exact", "/never"), rule))
    assert passes(project_rules.excluded_page(ONE, at(page=Page(url)), policy)) is not excluded
    assert passes(project_rules.excluded_page(ONE, at(page=None), policy))
    assert project_rules.excluded_page(ONE, at(page=Page(url)), Policy()) is None


def test_the_holdout_group_is_the_same_for_every_survey() -> None:
    policy = Policy(holdout=10)
    people = [f"p{n}" for n in range(2_000)]

    def asked(one: Any) -> list[bool]:
        return [
            passes(project_rules.holdout(one, at(bucket_key=bucket_key), policy))
            for bucket_key in people
        ]

    assert asked(ONE) == asked(survey())
    assert 1_700 < sum(asked(ONE)) < 1_900
    assert all(
        passes(project_rules.holdout(ONE, at(bucket_key=bucket_key))) for bucket_key in people
    )


NIGHT, NOON = QuietHours(time(21), time(8)), QuietHours(time(12), time(13, 30))


@pytest.mark.parametrize(
    ("hours", "local", "quiet"),
    [
        (NIGHT, time(20, 59, 59, 999999), False),
        (NIGHT, time(21), True),
        (NIGHT, time(23, 59, 59), True),
        (NIGHT, time(0), True),
        (NIGHT, time(7, 59, 59, 999999), True),
        (NIGHT, time(8), False),
        (NIGHT, time(12), False),
        (NOON, time(11, 59, 59, 999999), False),
        (NOON, time(12), True),
        (NOON, time(13, 29), True),
        (NOON, time(13, 30), False),
        (NOON, time(0), False),
    ],
)
@pytest.mark.parametrize("zone", [VILNIUS, NEW_YORK, None])
def test_quiet_hours_are_in_the_persons_time_zone(
    hours: QuietHours, local: time, quiet: bool, zone: Any
) -> None:
    for day in (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)):
        now = datetime.combine(day, local, zone or UTC).astimezone(UTC)
        check = project_rules.quiet_hours(ONE, at(now=now, zone=zone), Policy(quiet=hours))
        assert passes(check) is not quiet
    assert project_rules.quiet_hours(ONE, at(zone=zone)) is None


# Quiet hours use the wall clock in Vilnius; the times below are UTC.
@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        # 29 March 2026: 03:00 becomes 04:00 at 01:00 UTC, so the night ends an hour sooner.
        (NIGHT, "2026-03-28T19:00", "2026-03-29T05:00"),
        (NIGHT, "2026-03-29T00:59", "2026-03-29T05:00"),
        (NIGHT, "2026-03-29T01:00", "2026-03-29T05:00"),
        (NIGHT, "2026-03-29T05:00", None),
        (NIGHT, "2026-03-29T18:00", "2026-03-30T05:00"),
        # 25 October 2026: 04:00 becomes 03:00 at 01:00 UTC, so it ends an hour later.
        (NIGHT, "2026-10-24T18:00", "2026-10-25T06:00"),
        (NIGHT, "2026-10-25T00:30", "2026-10-25T06:00"),
        (NIGHT, "2026-10-25T01:30", "2026-10-25T06:00"),
        (NIGHT, "2026-10-25T05:59", "2026-10-25T06:00"),
        (NIGHT, "2026-10-25T06:00", None),
        (NIGHT, "2026-10-25T19:00", "2026-10-26T06:00"),
        # Quiet hours that end within the repeated hour apply both times.
        (QuietHours(time(21), time(3, 30)), "2026-10-25T00:10", "2026-10-25T00:30"),
        (QuietHours(time(21), time(3, 30)), "2026-10-25T00:40", None),
        (QuietHours(time(21), time(3, 30)), "2026-10-25T01:10", "2026-10-25T01:30"),
        (QuietHours(time(21), time(3, 30)), "2026-10-25T01:30", None),
    ],
)
def test_quiet_hours_end_by_the_wall_clock_when_clocks_change(
    hours: QuietHours, now: str, until: str | None
) -> None:
    local = datetime.fromisoformat(f"{now}+00:00").astimezone(VILNIUS)
    expected = None if until is None else datetime.fromisoformat(f"{until}+00:00")
    assert quiet_until(hours, local) == expected


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-08T03:00", "2026-03-08T12:00"),  # EST before the change, EDT after it
        ("2026-03-29T03:00", "2026-03-29T12:00"),  # Vilnius changes here; New York does not
        ("2026-10-25T03:00", "2026-10-25T12:00"),
        ("2026-11-01T03:00", "2026-11-01T13:00"),
    ],
)
def test_quiet_hours_in_new_york_follow_its_own_clock_changes(now: str, until: str) -> None:
    local = datetime.fromisoformat(f"{now}+00:00").astimezone(NEW_YORK)
    assert quiet_until(NIGHT, local) == datetime.fromisoformat(f"{until}+00:00")


MINUTES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
AROUND = st.sampled_from(["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-07-01"])


@given(
    MINUTES,
    MINUTES,
    AROUND,
    st.integers(-24 * 60, 48 * 60),
    st.sampled_from(["Europe/Vilnius", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_quiet_hours_end_after_now_and_are_over_then(
    start: time, end: time, day: str, minutes: int, zone: str
) -> None:
    hours = QuietHours(start, end)
    now = datetime.fromisoformat(f"{day}T00:00+00:00") + timedelta(minutes=minutes)
    until = quiet_until(hours, now.astimezone(ZoneInfo(zone)))
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert quiet_until(hours, until.astimezone(ZoneInfo(zone))) is None
        assert until - TICK >= now
