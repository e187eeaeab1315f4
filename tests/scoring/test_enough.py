from collections.abc import Mapping
from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.scoring import Interval, Tolerance, ces, csat, nps
from sayso_server.scoring.enough import missing, needed_for_mean, needed_for_nps, needed_for_share
from sayso_server.scoring.interval import Z
from tests.scoring import judges
from tests.scoring.cases import distributions


def half_width(interval: Interval | None) -> float:
    assert interval is not None
    return (interval.high - interval.low) / 2


def times(factor: int, counts: Mapping[int, int]) -> dict[int, int]:
    return {value: factor * count for value, count in counts.items()}


# --- The rule --------------------------------------------------------------------------


@given(distributions(0, 10), st.sampled_from([1.0, 5.0, 10.0, 40.0]))
def test_an_nps_is_enough_from_30_answers_with_an_interval_within_the_tolerance(
    counts: dict[int, int], points: float
) -> None:
    score = nps(counts, tolerance=Tolerance(points=points))
    expected = score.n >= 30 and half_width(score.interval) <= points
    assert score.enough is expected
    assert (score.missing is None) is expected


@given(distributions(1, 10), st.sampled_from([0.01, 0.05, 0.2]))
def test_a_mean_is_enough_by_its_share_of_the_range_and_its_top_box_by_points(
    counts: dict[int, int], range_share: float
) -> None:
    score = csat(counts, scale=10, tolerance=Tolerance(range_share=range_share))
    spread = score.interval is not None
    assert score.enough is (
        spread and score.n >= 30 and half_width(score.interval) <= range_share * 9
    )
    assert score.share is not None
    assert score.share.enough is (score.n >= 30 and half_width(score.share.interval) <= 10)


def test_29_answers_are_never_enough_and_1_is_missing() -> None:
    wide = Tolerance(points=100, range_share=1)
    assert nps({10: 20, 0: 9}, tolerance=wide).missing == 1
    assert nps({10: 20, 0: 10}, tolerance=wide).missing is None
    assert ces({1: 20, 3: 9}, tolerance=wide).missing == 1
    assert ces({1: 20, 3: 10}, tolerance=wide).missing is None


def test_the_default_tolerance_is_ten_points_and_a_twentieth_of_the_range() -> None:
    # 100 people split in half give ± 19.3 points; a mean on 1–5 is within ± 0.2 if s ≈ 1.
    assert not nps({10: 50, 0: 50}).enough
    assert nps({10: 200, 0: 200}).enough
    assert half_width(csat({4: 49, 3: 25, 5: 25}).interval) < 0.2
    assert csat({4: 49, 3: 25, 5: 25}).enough
    assert not csat({4: 49, 1: 25, 5: 25}).enough


@pytest.mark.parametrize("counts", [{5: 40}, {1: 4000}])
def test_a_mean_of_equal_answers_says_nothing_about_its_spread_and_is_not_enough(
    counts: dict[int, int],
) -> None:
    assert csat(counts).missing == 1


def test_an_interval_exactly_as_wide_as_allowed_is_enough() -> None:
    assert missing(30, Interval(0, 20), 10, lambda: 1e9) is None
    assert missing(30, Interval(0, 20.0001), 10, lambda: 31.2) == 2


@pytest.mark.parametrize("wrong", [{"points": 0}, {"points": -1}, {"range_share": 0}])
def test_a_tolerance_of_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Tolerance(**wrong)


# --- The estimate ----------------------------------------------------------------------


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 5000), min_size=2))
def test_a_score_is_enough_with_the_missing_number_of_similar_answers(
    counts: dict[int, int],
) -> None:
    score = csat(counts)
    assert score.share
    for lacking, share in ((score.missing, False), (score.share.missing, True)):
        if lacking is not None:
            more = csat(times(ceil((score.n + lacking) / score.n), counts))
            assert more.share
            assert more.share.enough if share else more.enough


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 200))
def test_the_estimate_for_the_nps_approaches_that_without_added_answers(
    promoters: int, passives: int, detractors: int
) -> None:
    n = promoters + passives + detractors
    p, d = promoters / n, detractors / n
    answers_per_variance = (100 * Z / 10) ** 2
    by_raw_answers = (p + d - (p - d) ** 2) * answers_per_variance - 3
    # The three added answers move the variance by at most 1.5 times their weight.
    slack = 1.5 * 3 / (n + 3) * answers_per_variance
    assert needed_for_nps(promoters, detractors, n, 10) == pytest.approx(by_raw_answers, abs=slack)


@given(st.integers(1, 10**5), st.data(), st.floats(0.5, 30))
def test_the_estimate_for_a_share_is_the_first_size_that_fits(
    n: int, data: st.DataObject, points: float
) -> None:
    successes = data.draw(st.integers(0, n))
    needed = needed_for_share(successes, n, points)
    low, high = judges.wilson(successes / n * needed, needed)
    assert 50 * (high - low) == pytest.approx(points, rel=1e-6)


@given(st.floats(0.01, 20), st.floats(0.01, 2))
def test_the_estimate_for_a_mean_fits_and_is_not_far_too_large(
    variance: float, allowed: float
) -> None:
    needed = max(30, ceil(needed_for_mean(variance, allowed)))
    width = judges.t_quantiles(needed - 1, 0.95) * sqrt(variance / needed)
    assert width <= allowed * (1 + 1e-12)
    if needed > 40:
        fewer = needed - 3
        assert judges.t_quantiles(fewer - 1, 0.95) * sqrt(variance / fewer) > allowed


def test_the_estimate_for_the_nps_keeps_the_adjusted_variance() -> None:
    # One promoter: adjusted variance (1.75 + 0.75)/4 - (1/4)² = 0.5625.
    assert needed_for_nps(1, 0, 1, 10) == pytest.approx(0.5625 * (10 * Z) ** 2 - 3)
    assert nps({10: 1}).missing == ceil(0.5625 * (10 * Z) ** 2 - 3) - 1
