from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.scoring.interval import Z, adjusted_variance, adjusted_wald, student, wilson
from tests.scoring import judges

# --- Shares ----------------------------------------------------------------------------


def test_wilsons_interval_is_that_of_statsmodels() -> None:
    random = Random(1)
    sizes = [random.choice([random.randint(1, 60), random.randint(1, 10**6)]) for _ in range(8000)]
    successes = [random.choice([0, n, random.randint(0, n)]) for n in sizes]
    lows, highs = judges.wilson(successes, sizes)
    ours = [wilson(x, n) for x, n in zip(successes, sizes, strict=True)]
    assert [o.low for o in ours if o] == pytest.approx(lows.tolist(), rel=1e-12, abs=1e-14)
    assert [o.high for o in ours if o] == pytest.approx(highs.tolist(), rel=1e-12)
    assert len(ours) == 8000


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven
        # methods", Statistics in Medicine 17 (1998), Table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(
    successes: int, n: int, low: float, high: float
) -> None:
    interval = wilson(successes, n)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_the_interval_of_0_or_100_percent_ends_exactly_there() -> None:
    for n in range(1, 500):
        none, every = wilson(0, n), wilson(n, n)
        assert none is not None
        assert every is not None
        assert (none.low, every.high) == (0.0, 1.0)
        assert 0 < none.high < 1
        assert 0 < every.low < 1


@given(n=st.integers(1, 10**6), data=st.data())
def test_the_interval_of_a_share_is_symmetric_and_contains_the_share(
    n: int, data: st.DataObject
) -> None:
    x = data.draw(st.integers(0, n))
    one, other = wilson(x, n), wilson(n - x, n)
    assert one is not None
    assert other is not None
    assert other == pytest.approx((1 - one.high, 1 - one.low), abs=1e-12)
    assert one.low <= x / n <= one.high
    assert one.low <= (x + Z * Z / 2) / (n + Z * Z) <= one.high


# --- NPS -------------------------------------------------------------------------------


def test_the_adjusted_wald_interval_follows_its_description_step_by_step() -> None:
    """As MeasuringU describes it (https://measuringu.com/nps-confidence-intervals/), by hand.

    12 promoters, 2 passives, 3 detractors: 12.75/20 = 0.6375 and 3.75/20 = 0.1875; their
    difference 0.45, variance 0.6375 + 0.1875 - 0.45² = 0.6225, standard error
    √(0.6225/20) = 0.17642, margin 1.95996 · 0.17642 = 0.34578.
    """
    assert adjusted_wald(12, 3, 17) == pytest.approx((10.422, 79.578), abs=0.001)


def test_the_margin_is_the_one_published_for_a_real_survey() -> None:
    # 291 promoters, 476 passives, 395 detractors: "an NPS of -9", ± 4.4.
    # https://www.talkstats.com/threads/58500/ "Net Promoter Score - Calculating Confidence
    # Intervals and Margin of Error"; a Wald interval, from which ours differs by 0.02 at n = 1162.
    interval = adjusted_wald(291, 395, 1162)
    assert interval is not None
    assert round((interval.high - interval.low) / 2, 1) == 4.4
    assert round((interval.high + interval.low) / 2) == -9


@pytest.mark.parametrize(("n", "width"), [(1024, 10), (102_400, 1)])
def test_the_width_is_320_over_the_root_of_n_for_three_equal_groups(n: int, width: float) -> None:
    # Engelhardt, "Net Promoter Score confidence intervals: maths and stats", CYBAEA, 14 Jan 2016:
    # width ≈ 320/√n, "for a width of 10, n ≈ 1024; for 1, 102,400".
    interval = adjusted_wald(n // 3, n // 3, n)
    assert interval is not None
    assert interval.high - interval.low == pytest.approx(width, rel=0.005)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_interval_of_the_nps_is_symmetric_and_contains_the_adjusted_score(
    promoters: int, passives: int, detractors: int
) -> None:
    n = promoters + passives + detractors
    one, other = adjusted_wald(promoters, detractors, n), adjusted_wald(detractors, promoters, n)
    if n == 0:
        assert one is other is None
        return
    assert one is not None
    assert other is not None
    assert other == pytest.approx((-one.high, -one.low), abs=1e-9)
    assert -100 <= one.low <= 100 * (promoters - detractors) / (n + 3) <= one.high <= 100


def test_a_billion_promoters_lose_no_digits() -> None:
    n = 10**9
    p, d = Fraction(4 * n + 3, 4 * (n + 3)), Fraction(3, 4 * (n + 3))
    variance = p + d - (p - d) ** 2
    assert adjusted_variance(n, 0, n) == float(variance)


# --- Means -----------------------------------------------------------------------------


def test_the_interval_of_a_mean_is_the_one_published_for_students_own_data() -> None:
    # Student, "The Probable Error of a Mean", Biometrika 6 (1908): additional sleep of ten
    # patients, drug 2 - drug 1, in hours: 1.2 2.4 1.3 1.3 0.0 1.0 1.8 0.8 4.6 1.4. R's help page of
    # t.test prints mean 1.58 and the 95 % interval 0.7001142 to 2.4598858. Here in tenths.
    tenths = [12, 24, 13, 13, 0, 10, 18, 8, 46, 14]
    mean = sum(tenths) / 10
    variance = sum((x - mean) ** 2 for x in tenths) / 9
    interval = student(10, mean, variance, 0, 46)
    assert interval == pytest.approx((7.001142, 24.598858), abs=5e-7)


def test_a_mean_of_one_answer_or_of_equal_answers_has_no_interval() -> None:
    assert student(0, None, None, 1, 5) is None
    assert student(1, 4.0, None, 1, 5) is None
    assert student(50, 4.0, 0.0, 1, 5) is None


def test_the_interval_of_a_mean_stays_on_its_scale() -> None:
    assert student(2, 3.0, 8.0, 1, 5) == (1.0, 5.0)


def test_no_answers_have_no_interval() -> None:
    assert wilson(0, 0) is None
    assert adjusted_wald(0, 0, 0) is None
