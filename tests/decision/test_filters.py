"""Property filters, condition by condition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.filters import OPERATORS, contradictions, meets
from sayso_server.decision.model import Filter

NUMBERS = st.integers() | st.floats(allow_nan=False)
VALUES = NUMBERS | st.text() | st.booleans() | st.none() | st.lists(st.integers())


@given(st.sampled_from(OPERATORS), VALUES, st.dictionaries(st.just("p"), VALUES))
def test_no_value_makes_a_filter_fail(
    op: str, value: object, properties: dict[str, object]
) -> None:
    condition = Filter("p", op, [value] if op == "in" else value)
    assert meets(condition, properties) in (True, False)


@given(NUMBERS, NUMBERS)
def test_order_is_that_of_numbers(left: float, right: float) -> None:
    properties = {"p": left}
    assert meets(Filter("p", "gt", right), properties) is (left > right)
    assert meets(Filter("p", "lte", right), properties) is (left <= right)


@given(VALUES, VALUES)
def test_ne_is_the_opposite_of_eq(left: object, right: object) -> None:
    properties = {"p": left}
    assert meets(Filter("p", "ne", right), properties) is not meets(
        Filter("p", "eq", right), properties
    )


@pytest.mark.parametrize(
    "filters",
    [
        [Filter("p", "eq", 5), Filter("p", "eq", 6)],
        [Filter("p", "eq", 5), Filter("p", "exists", False)],
        [Filter("p", "eq", "a"), Filter("p", "in", ["b"])],
        [Filter("p", "gte", 5), Filter("p", "lt", 5)],
        [Filter("p", "gt", 6), Filter("p", "lt", 5)],
    ],
)
def test_filters_that_exclude_each_other_are_found(filters: list[Filter]) -> None:
    assert contradictions(tuple(filters)) != []


@pytest.mark.parametrize(
    "filters",
    [
        [],
        [Filter("p", "eq", 5), Filter("q", "eq", 6)],
        [Filter("p", "gte", 5), Filter("p", "lte", 5)],
        [Filter("p", "eq", 5), Filter("p", "gt", 4), Filter("p", "in", [5, 6])],
    ],
)
def test_filters_that_can_be_met_are_left_alone(filters: list[Filter]) -> None:
    assert contradictions(tuple(filters)) == []
