"""Conditions on properties and attributes, operator by operator."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.conditions import (
    ABSOLUTE,
    LISTS,
    OPERATORS,
    RELATIVE,
    Clock,
    as_date,
    failing,
    in_words,
    leaves,
    meets,
)
from sayso_server.decision.rules import AllOf, AnyOf, Filter
from tests.decision.situations import DAY, NEW_YORK, NOW, SECOND, VILNIUS, days

CLOCK = Clock(NOW)
MISSING: Any = object()


def iso(moment: datetime) -> str:
    return moment.isoformat()


# Operator, the condition's value, the actual value, whether the condition is met.
ROWS: list[tuple[str, Any, Any, bool]] = [
    ("exists", None, 0, True),
    ("exists", True, "", True),
    ("exists", True, False, True),
    ("exists", True, None, False),
    ("exists", True, MISSING, False),
    ("exists", False, MISSING, True),
    ("exists", False, None, True),
    ("exists", False, 0, False),
    ("eq", 5, 5, True),
    ("eq", 5, 5.0, True),
    ("eq", 5, 6, False),
    ("eq", 5, "5", False),
    ("eq", 1, True, False),
    ("eq", True, 1, False),
    ("eq", True, True, True),
    ("eq", "a", "A", False),
    ("eq", "", "", True),
    ("eq", 5, [5], False),
    ("eq", 5, None, False),
    ("eq", 5, MISSING, False),
    ("ne", 5, 6, True),
    ("ne", 5, 5, False),
    ("ne", 5, 5.0, False),
    ("ne", 5, "5", True),
    ("ne", 1, True, True),
    ("ne", 5, None, True),
    ("ne", 5, MISSING, True),
    ("gt", 5, 6, True),
    ("gt", 5, 5.000001, True),
    ("gt", 5, 5, False),
    ("gt", 5, 4, False),
    ("gt", 0, True, False),
    ("gt", 5, "6", False),
    ("gt", "a", "b", True),
    ("gt", "a", "a", False),
    ("gt", 5, None, False),
    ("gt", 5, [6], False),
    ("gt", 5, 10**400, True),
    ("gt", 5, MISSING, False),
    ("gte", 5, 5, True),
    ("gte", 5, 4.999999, False),
    ("gte", 5, "5", False),
    ("gte", "a", "a", True),
    ("gte", 5, None, False),
    ("gte", 5, MISSING, False),
    ("lt", 5, 4, True),
    ("lt", 5, 5, False),
    ("lt", 5, "4", False),
    ("lt", 5, False, False),
    ("lt", 5, None, False),
    ("lt", 5, MISSING, False),
    ("lte", 5, 5, True),
    ("lte", 5, 5.000001, False),
    ("lte", 5, "5", False),
    ("lte", 5, None, False),
    ("lte", 5, MISSING, False),
    ("in", ["a", "b"], "b", True),
    ("in", ["a", "b"], "c", False),
    ("in", [1, 2], True, False),
    ("in", [1, 2], "1", False),
    ("in", [1, 2], 2.0, True),
    ("in", ["a"], ["a"], False),
    ("in", ["a"], None, False),
    ("in", ["a"], MISSING, False),
    ("not_in", ["a", "b"], "c", True),
    ("not_in", ["a", "b"], "a", False),
    ("not_in", [1], True, True),
    ("not_in", [1], None, True),
    ("not_in", ["a"], MISSING, True),
    ("contains", "tea", "green tea", True),
    ("contains", "tea", "tea", True),
    ("contains", "tea", "te", False),
    ("contains", "tea", "Tea", False),
    ("contains", "tea", ["coffee", "tea"], True),
    ("contains", "tea", ["green tea"], False),
    ("contains", 1, [True], False),
    ("contains", 1, [1], True),
    ("contains", 7, "7", False),
    ("contains", "tea", {"tea": 1}, False),
    ("contains", "tea", 7, False),
    ("contains", "tea", None, False),
    ("contains", "tea", MISSING, False),
    ("starts_with", "pro", "pro-annual", True),
    ("starts_with", "pro", "pro", True),
    ("starts_with", "pro", "pr", False),
    ("starts_with", "pro", "not pro", False),
    ("starts_with", "5", 55, False),
    ("starts_with", "pro", ["pro"], False),
    ("starts_with", "pro", None, False),
    ("starts_with", "pro", MISSING, False),
    ("ends_with", ".example", "me@shop.example", True),
    ("ends_with", ".example", ".example", True),
    ("ends_with", ".example", "example", False),
    ("ends_with", "5", 55, False),
    ("ends_with", ".example", None, False),
    ("ends_with", ".example", MISSING, False),
    ("before", iso(NOW), iso(NOW - SECOND), True),
    ("before", iso(NOW), iso(NOW), False),
    ("before", iso(NOW), int(NOW.timestamp()) - 1, True),
    ("before", iso(NOW), "yesterday", False),
    ("before", iso(NOW), True, False),
    ("before", iso(NOW), [iso(NOW - DAY)], False),
    ("before", iso(NOW), 10**400, False),
    ("before", iso(NOW), None, False),
    ("before", iso(NOW), MISSING, False),
    ("after", iso(NOW), iso(NOW), True),
    ("after", iso(NOW), iso(NOW + SECOND), True),
    ("after", iso(NOW), iso(NOW - SECOND), False),
    ("after", iso(NOW), int(NOW.timestamp()), True),
    ("after", iso(NOW), "tomorrow", False),
    ("after", iso(NOW), "9999-12-31", True),
    ("after", iso(NOW), MISSING, False),
    ("in_last_days", 7, iso(NOW), True),
    ("in_last_days", 7, iso(NOW - days(7)), True),
    ("in_last_days", 7, iso(NOW - days(7) - SECOND), False),
    ("in_last_days", 7, iso(NOW + SECOND), False),
    ("in_last_days", 0.5, iso(NOW - days(0.5)), True),
    ("in_last_days", 7, NOW.timestamp() - 60, True),
    ("in_last_days", 7, "soon", False),
    ("in_last_days", 7, False, False),
    ("in_last_days", 7, None, False),
    ("in_last_days", 7, MISSING, False),
    ("over_days_ago", 7, iso(NOW - days(7) - SECOND), True),
    ("over_days_ago", 7, iso(NOW - days(7)), False),
    ("over_days_ago", 7, iso(NOW + DAY), False),
    ("over_days_ago", 7, "0001-01-01", True),
    ("over_days_ago", 7, "long ago", False),
    ("over_days_ago", 7, MISSING, False),
    ("in_next_days", 7, iso(NOW + SECOND), True),
    ("in_next_days", 7, iso(NOW + days(7)), True),
    ("in_next_days", 7, iso(NOW + days(7) + SECOND), False),
    ("in_next_days", 7, iso(NOW), False),
    ("in_next_days", 7, 4e18, False),
    ("in_next_days", 7, {}, False),
    ("in_next_days", 7, MISSING, False),
]


@pytest.mark.parametrize(("op", "wanted", "value", "expected"), ROWS)
def test_a_value_meets_a_condition_or_not(op: str, wanted: Any, value: Any, expected: bool) -> None:
    values = {} if value is MISSING else {"p": value}
    assert meets(Filter("p", op, wanted), values, CLOCK) is expected


def test_each_operator_has_a_passing_a_failing_and_a_missing_case() -> None:
    for op in OPERATORS:
        rows = [row for row in ROWS if row[0] == op]
        assert {expected for *_, expected in rows} == {True, False}
        assert any(value is MISSING for _, _, value, _ in rows)


NUMBERS = st.integers() | st.floats(allow_nan=False)
VALUES = NUMBERS | st.text() | st.booleans() | st.none() | st.lists(st.integers())


def _wanted(op: str, value: object) -> object:
    """The value in the type that the operator needs: a list, a date or a number of days."""
    if op in LISTS:
        return [value]
    return iso(NOW) if op in ABSOLUTE else 7 if op in RELATIVE else value


@given(st.sampled_from(OPERATORS), VALUES, st.dictionaries(st.just("p"), VALUES))
def test_no_value_makes_a_condition_raise(
    op: str, value: object, properties: dict[str, object]
) -> None:
    assert meets(Filter("p", op, _wanted(op, value)), properties, CLOCK) in (True, False)


@given(NUMBERS, NUMBERS)
def test_numbers_are_ordered_as_numbers(left: float, right: float) -> None:
    properties = {"p": left}
    assert meets(Filter("p", "gt", right), properties, CLOCK) is (left > right)
    assert meets(Filter("p", "lte", right), properties, CLOCK) is (left <= right)


@given(VALUES, VALUES)
def test_each_negation_is_the_opposite(left: object, right: object) -> None:
    for op, negated, wanted in (("eq", "ne", right), ("in", "not_in", [right])):
        for values in ({"p": left}, {}):
            holds = meets(Filter("p", op, wanted), values, CLOCK)
            assert meets(Filter("p", negated, wanted), values, CLOCK) is not holds


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-28", "2026-03-27T22:00:00+00:00"),
        ("2026-03-29", "2026-03-28T22:00:00+00:00"),  # the clocks go forward on this day
        ("2026-03-30", "2026-03-29T21:00:00+00:00"),
        ("2026-03-29T02:59", "2026-03-29T00:59:00+00:00"),
        ("2026-03-29T04:00", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25", "2026-10-24T21:00:00+00:00"),  # the clocks go back on this day
        ("2026-10-25T04:00", "2026-10-25T02:00:00+00:00"),
        ("2026-10-26", "2026-10-25T22:00:00+00:00"),
        ("2026-10-25T03:30+03:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T03:30Z", "2026-10-25T03:30:00+00:00"),
    ],
)
def test_a_date_without_a_time_begins_at_midnight_of_the_persons_zone(text: str, utc: str) -> None:
    moment = as_date(text, VILNIUS)
    assert moment is not None
    assert moment.timestamp() == datetime.fromisoformat(utc).timestamp()


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2026-03-08", "2026-03-08T05:00:00+00:00"),
        ("2026-03-09", "2026-03-09T04:00:00+00:00"),
        ("2026-11-01", "2026-11-01T04:00:00+00:00"),
        ("2026-11-02", "2026-11-02T05:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("op", ["after", "before"])
def test_before_and_after_a_day_are_divided_at_its_midnight_in_new_york(
    day: str, utc: str, op: str
) -> None:
    midnight = datetime.fromisoformat(utc)
    clock = Clock(NOW, NEW_YORK)
    for moment, is_after in ((midnight, True), (midnight - SECOND, False)):
        expected = is_after is (op == "after")
        assert meets(Filter("p", op, day), {"p": iso(moment)}, clock) is expected


@pytest.mark.parametrize("noon", ["2026-03-30T12:00:00+03:00", "2026-10-26T12:00:00+02:00"])
def test_a_day_of_a_relative_date_has_24_hours_also_when_clocks_change(noon: str) -> None:
    now = datetime.fromisoformat(noon)
    clock = Clock(now, VILNIUS)
    recent = Filter("p", "in_last_days", 2)
    assert meets(recent, {"p": iso(now - days(2))}, clock)
    assert not meets(recent, {"p": iso(now - days(2) - SECOND)}, clock)


def test_a_signup_of_today_counts_from_the_persons_own_midnight() -> None:
    # Half past midnight in Vilnius is still yesterday in UTC.
    now = datetime(2026, 6, 1, 0, 30, tzinfo=VILNIUS)
    signed_up = {"p": "2026-06-01"}
    assert meets(Filter("p", "in_last_days", 1), signed_up, Clock(now, VILNIUS))
    assert not meets(Filter("p", "in_last_days", 1), signed_up, Clock(now))


YES, NO = Filter("p", "eq", 1), Filter("p", "eq", 2)
ALSO_NO = Filter("q", "exists", True)


@pytest.mark.parametrize(
    ("condition", "first_failing"),
    [
        (YES, None),
        (NO, NO),
        (AllOf(), None),
        (AllOf((YES, YES)), None),
        (AllOf((YES, NO, ALSO_NO)), NO),
        (AnyOf((NO, YES)), None),
        (AnyOf((NO, ALSO_NO)), NO),
        (AllOf((YES, AnyOf((NO, YES)))), None),
        (AllOf((YES, AnyOf((ALSO_NO, NO)))), ALSO_NO),
        (AnyOf((AllOf((YES, NO)), AllOf((YES, YES)))), None),
        (AnyOf((AllOf((YES, NO)), AllOf((ALSO_NO, YES)))), NO),
    ],
)
def test_a_group_names_its_first_failing_condition(
    condition: Any, first_failing: Filter | None
) -> None:
    assert failing(condition, {"p": 1}, CLOCK) == first_failing


def test_leaves_are_all_conditions_of_a_group() -> None:
    assert leaves(AllOf((YES, AnyOf((NO, AllOf((ALSO_NO,))))))) == [YES, NO, ALSO_NO]


def test_a_condition_as_text() -> None:
    assert in_words(Filter("plan", "in", ["pro", "team"])) == "plan in ['pro', 'team']"
    assert in_words(Filter("plan", "exists")) == "plan exists"
