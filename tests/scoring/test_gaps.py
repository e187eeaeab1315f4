"""SERVQUAL gaps, compared with SciPy's paired t-test."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sayso_server.scoring.gaps import gap

REACH = 6
RATING = st.integers(1, REACH + 1)


@given(st.lists(st.tuples(RATING, RATING), min_size=2, max_size=200))
def test_a_gap_is_the_paired_t_interval(pairs: list[tuple[int, int]]) -> None:
    expected, met = zip(*pairs, strict=True)
    differences = [after - before for before, after in pairs]
    found = gap("empathy", Counter(differences), REACH)
    assert found.n == len(pairs)
    assert found.value == pytest.approx(sum(differences) / len(differences))
    if len(set(differences)) == 1:
        assert found.interval is None
        return
    judged = stats.ttest_rel(met, expected).confidence_interval(0.95)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(max(-REACH, judged.low))
    assert found.interval.high == pytest.approx(min(REACH, judged.high))


@pytest.mark.parametrize(("n", "missing"), [(0, 30), (1, 29), (29, 1), (30, None), (31, None)])
def test_fewer_than_30_people_are_not_enough(n: int, missing: int | None) -> None:
    assert gap("empathy", {-1: n}, REACH).missing == missing


def test_without_answers_there_is_no_gap() -> None:
    found = gap("empathy", {}, REACH)
    assert (found.n, found.value, found.interval) == (0, None, None)


def test_a_difference_beyond_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        gap("empathy", {-7: 1}, REACH)
