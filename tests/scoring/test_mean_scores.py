"""CSAT and CES, which each have a mean and a share."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.scoring import THUMBS, Score, ces, csat
from sayso_server.scoring.distribution import moments
from tests.scoring import judges
from tests.scoring.cases import distribution, distributions, raw_answers

CSAT_SCALES = [THUMBS, 3, 5, 7, 10]


@pytest.mark.parametrize("scale", CSAT_SCALES)
def test_mean_and_interval_are_scipys_from_the_raw_answers(scale: int) -> None:
    cases = list(raw_answers(1, scale, cases=3000, seed=scale))
    scores = [csat(distribution(answers), scale=scale) for answers in cases]
    spread = [
        (answers, score)
        for answers, score in zip(cases, scores, strict=True)
        if len(set(answers)) > 1
    ]
    assert len(spread) > 1000  # over five scales, more than 5,000
    lows, highs = judges.t_interval(
        [len(answers) for answers, _ in spread],
        [sum(answers) / len(answers) for answers, _ in spread],
        [judges.standard_error(answers) for answers, _ in spread],
    )
    found = [score.interval for _, score in spread if score.interval]
    assert [i.low for i in found] == pytest.approx(lows.clip(1, scale).tolist(), abs=1e-11)
    assert [i.high for i in found] == pytest.approx(highs.clip(1, scale).tolist(), abs=1e-11)
    for answers, score in zip(cases, scores, strict=True):
        assert score.n == len(answers)
        assert score.value == sum(answers) / len(answers)
        assert (score.interval is None) == (len(set(answers)) == 1)


@pytest.mark.parametrize(
    ("scale", "top"), [(THUMBS, {2}), (3, {3}), (5, {4, 5}), (7, {6, 7}), (10, {9, 10})]
)
def test_the_top_box_of_each_scale(scale: int, top: set[int]) -> None:
    for rating in range(1, scale + 1):
        share = csat({rating: 1}, scale=scale).share
        assert share is not None
        assert share.label == "top_box"
        assert share.value == (100 if rating in top else 0)


@pytest.mark.parametrize("scale", CSAT_SCALES)
def test_the_share_has_the_interval_of_statsmodels_in_percent(scale: int) -> None:
    for answers in raw_answers(1, scale, cases=50, seed=scale):
        share = csat(distribution(answers), scale=scale).share
        assert share is not None
        assert share.value is not None
        low, high = judges.wilson(round(share.value * len(answers) / 100), len(answers))
        assert share.interval == pytest.approx((100 * low, 100 * high), abs=1e-10)


def test_the_worked_example_of_the_articles_sum_divided_by_respondents() -> None:
    assert csat({5: 3, 4: 1, 1: 1}).value == (5 * 3 + 4 + 1) / 5


def test_effort_is_better_when_lower_and_easy_is_one_or_two() -> None:
    score = ces({1: 6, 2: 2, 5: 2})
    assert score.direction == "lower_is_better"
    assert score.value == (6 + 4 + 10) / 10
    assert score.share is not None
    assert (score.share.label, score.share.value) == ("easy_share", 80.0)


@pytest.mark.parametrize("rating", range(1, 6))
def test_three_is_not_easy(rating: int) -> None:
    share = ces({rating: 1}).share
    assert share is not None
    assert share.value == (100 if rating <= 2 else 0)


def test_agreement_that_it_was_easy_is_the_reverse() -> None:
    score = ces({1: 1, 5: 1, 6: 1, 7: 1}, scale=7)
    assert score.direction == "higher_is_better"
    assert score.share is not None
    assert score.share.value == 50.0


def test_satisfaction_is_better_when_higher() -> None:
    assert csat({5: 1}).direction == "higher_is_better"


@pytest.mark.parametrize("kind", [csat, ces])
def test_without_answers_there_is_neither_mean_nor_share(kind: Callable[..., Score]) -> None:
    score = kind({})
    assert (score.n, score.value, score.interval, score.missing) == (0, None, None, 30)
    assert score.share is not None
    assert (score.share.value, score.share.interval, score.share.missing) == (None, None, 30)


@pytest.mark.parametrize("counts", [{4: 1}, {4: 2}, {1: 5000}])
def test_one_answer_or_equal_answers_give_a_mean_without_interval(counts: dict[int, int]) -> None:
    score = csat(counts)
    assert score.value == next(iter(counts))
    assert score.interval is None
    assert not score.enough


@given(distributions(1, 7))
def test_turning_the_scale_around_turns_the_mean_and_its_interval(counts: dict[int, int]) -> None:
    one = csat(counts, scale=7)
    other = csat({8 - value: count for value, count in counts.items()}, scale=7)
    assert (one.n, one.missing) == (other.n, other.missing)
    if one.value is not None:
        assert other.value == pytest.approx(8 - one.value)
    if one.interval:
        assert one.interval.low <= (one.value or 0) <= one.interval.high
        assert 1 <= one.interval.low < one.interval.high <= 7
        assert other.interval == pytest.approx((8 - one.interval.high, 8 - one.interval.low))


@given(distributions(1, 5), st.integers(2, 50))
def test_more_of_the_same_answers_never_widen_the_interval(
    counts: dict[int, int], times: int
) -> None:
    once = csat(counts)
    often = csat({value: times * count for value, count in counts.items()})
    if once.interval and often.interval:
        assert often.interval.low >= once.interval.low
        assert often.interval.high <= once.interval.high
    if once.share and once.share.interval and often.share and often.share.interval:
        narrow, wide = often.share.interval, once.share.interval
        assert narrow.high - narrow.low < wide.high - wide.low


def test_means_and_variances_are_exact_however_many_answers() -> None:
    counts = {4: 10**15, 5: 1}
    n = 10**15 + 1
    mean = Fraction(4 * 10**15 + 5, n)
    variance = (10**15 * (4 - mean) ** 2 + (5 - mean) ** 2) / (n - 1)
    assert moments(counts) == (n, float(mean), float(variance))
