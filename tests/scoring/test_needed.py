"""Answers needed for an interval, and days to collect them."""

from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.scoring import Distribution, score
from sayso_server.scoring.needed import Estimate, answers_needed, estimate
from sayso_server.scoring.result import Kind

SCALES: dict[Kind, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 5)}


def times(distribution: Distribution, factor: int) -> dict[int, int]:
    return {value: n * factor for value, n in distribution.items()}


def needed_for(kind: Kind, answered: Distribution, margin: float) -> int:
    return answers_needed(score(kind, answered), answered, margin)


def estimated(kind: Kind, answered: Distribution, *rest: Any) -> Estimate:
    return estimate(score(kind, answered), answered, *rest)


@pytest.mark.parametrize("kind", ["nps", "csat", "ces"])
@given(data=st.data())
def test_with_the_needed_number_of_similar_answers_the_margin_is_reached(
    kind: Kind, data: st.DataObject
) -> None:
    low, high = SCALES[kind]
    ends = st.integers(50, 90)
    few = {low: data.draw(ends), (low + high) // 2: data.draw(ends), high: data.draw(ends)}
    margin = data.draw(st.sampled_from([2, 8, 15] if kind == "nps" else [0.05, 0.1, 0.3]))
    needed = needed_for(kind, few, margin)
    more = times(few, ceil(needed / sum(few.values())))
    less = times(few, max(1, int(0.9 * needed / sum(few.values()))))
    wide, narrow = score(kind, less).interval, score(kind, more).interval
    assert wide is not None
    assert narrow is not None
    assert (narrow.high - narrow.low) / 2 <= margin * 1.01
    if sum(less.values()) <= 0.9 * needed:
        assert (wide.high - wide.low) / 2 > margin


def test_without_answers_the_spread_is_that_of_the_formula_s_own() -> None:
    assert needed_for("nps", {}, 10) == 190
    assert needed_for("csat", {}, 0.2) == 195
    assert needed_for("csat", {4: 50}, 0.2) == 195  # equal answers show no spread either
    assert needed_for("nps", {}, 100) == 30


def test_the_project_s_tolerance_is_the_default_margin() -> None:
    assert estimated("nps", {}, 1, 1, "given").margin == 10
    assert estimated("ces", {}, 1, 1, "given").margin == pytest.approx(0.2)


def test_days_are_missing_answers_divided_by_answers_a_day() -> None:
    found = estimated("nps", {}, 20, 0.5, "assumed")
    assert (found.answers_a_day, found.days) == (10, 19)
    assert (found.response_rate, found.response_rate_from) == (0.5, "assumed")
    so_far = estimated("nps", {9: 40, 7: 80, 3: 40}, 20, 0.5, "survey")
    assert (so_far.answers_so_far, so_far.days) == (160, ceil((so_far.answers_needed - 160) / 10))
    assert estimated("nps", {9: 400, 7: 800, 3: 400}, 0, 0.5, "survey").days == 0
    assert estimated("nps", {}, 20, 0, "given").days is None
    assert estimated("nps", {}, 0, 1, "given").days is None
