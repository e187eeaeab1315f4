"""Conditions that can never be met together are detected; others are accepted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.conditions import Clock, failing
from sayso_server.decision.contradictions import contradictions
from sayso_server.decision.rules import AllOf, AnyOf, Filter
from tests.decision.situations import NOW


def p(op: str, value: Any = None) -> Filter:
    return Filter("p", op, value)


@pytest.mark.parametrize(
    "filters",
    [
        [p("eq", 5), p("eq", 6)],
        [p("eq", 5), p("ne", 5)],
        [p("eq", 5), p("exists", False)],
        [p("eq", 5), p("eq", "5")],
        [p("eq", 1), p("eq", True)],
        [p("eq", "a"), p("in", ["b"])],
        [p("eq", "a"), p("not_in", ["a", "b"])],
        [p("in", ["a", "b"]), p("in", ["c"])],
        [p("in", ["a", "b"]), p("starts_with", "c")],
        [p("in", [1, 2]), p("gt", 2)],
        [p("eq", "ab"), p("contains", "c")],
        [p("eq", "ab"), p("ends_with", "a")],
        [p("eq", "2026-03-02"), p("before", "2026-03-02")],
        [p("gte", 5), p("lt", 5)],
        [p("gt", 5), p("lte", 5)],
        [p("gt", 6), p("lt", 5)],
        [p("exists", False), p("gt", 5)],
        [p("exists", False), p("contains", "a")],
        [p("exists", False), p("in_last_days", 7)],
        [p("before", "2026-03-01"), p("after", "2026-03-01")],
        [p("before", "2026-03-01"), p("after", "2026-04-01")],
        [p("in_last_days", 7), p("over_days_ago", 7)],
        [p("in_last_days", 7), p("over_days_ago", 30)],
        [p("in_next_days", 7), p("in_last_days", 7)],
        [p("in_next_days", 7), p("over_days_ago", 1)],
        [AllOf((p("eq", 5),)), p("eq", 6)],
        [p("eq", 5), AllOf((AllOf((p("lt", 5),)),))],
        [AnyOf((AllOf((p("eq", 5), p("eq", 6))), AllOf((p("gt", 5), p("lt", 5)))))],
    ],
)
def test_conditions_that_exclude_each_other_are_found_and_named(filters: list[Any]) -> None:
    found = contradictions(AllOf(tuple(filters)))
    assert found
    assert all("`p`" in said for said in found)


@pytest.mark.parametrize(
    "filters",
    [
        [],
        [p("eq", 5), Filter("q", "eq", 6)],
        [p("eq", 5), p("ne", 6), p("gte", 5), p("lte", 5), p("in", [5, 6]), p("exists", True)],
        [p("in", ["a", "b"]), p("in", ["b", "c"])],
        [p("in", [1, 9]), p("gt", 2)],
        [p("gte", 5), p("lte", 5)],
        [p("gt", "a"), p("lt", "b")],
        [p("exists", False), p("ne", 5), p("not_in", [6])],
        [p("before", "2026-03-02"), p("after", "2026-03-01")],
        [p("in_last_days", 30), p("over_days_ago", 7)],
        [p("eq", "2026-03-02"), p("in_last_days", 7)],
        [AnyOf((p("eq", 5), p("eq", 6)))],
        [AnyOf((AllOf((p("eq", 5), p("eq", 6))), p("eq", 7)))],
    ],
)
def test_conditions_that_can_be_met_are_accepted(filters: list[Any]) -> None:
    assert contradictions(AllOf(tuple(filters))) == []


SMALL = st.integers(0, 3)
ONE = st.one_of(
    st.builds(Filter, st.sampled_from("pq"), st.sampled_from(["eq", "ne", "gt", "lte"]), SMALL),
    st.builds(Filter, st.sampled_from("pq"), st.just("in"), st.lists(SMALL, min_size=1)),
    st.builds(Filter, st.sampled_from("pq"), st.just("exists"), st.booleans()),
)
CONDITION = st.recursive(
    ONE,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda of: AllOf(tuple(of)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda of: AnyOf(tuple(of)))
    ),
    max_leaves=6,
)


@given(CONDITION, st.dictionaries(st.sampled_from("pq"), SMALL))
def test_conditions_that_somebody_meets_are_never_a_contradiction(
    condition: Any, values: dict[str, int]
) -> None:
    if failing(condition, values, Clock(NOW)) is None:
        assert contradictions(condition) == []
