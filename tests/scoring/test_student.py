import numpy as np
import pytest

from sayso_server.scoring.student import SERIES_UP_TO, t_quantile
from tests.scoring import judges

EVERY_DF = [*range(1, 2001), *(round(10 ** (3.3 + k / 1000)) for k in range(3701))]


@pytest.mark.parametrize(
    ("confidence", "allowed"),
    [
        (0.5, 5e-14), (0.8, 5e-14), (0.9, 5e-14), (0.95, 5e-14),
        (0.99, 2e-13), (0.999, 2e-12), (0.9999, 5e-12),
    ],
)  # fmt: skip
def test_the_quantile_is_scipys_from_one_degree_of_freedom_to_ten_million(
    confidence: float, allowed: float
) -> None:
    assert len(EVERY_DF) > 5000
    assert {1, 2, 3, SERIES_UP_TO, SERIES_UP_TO + 1, 10**6} <= {*EVERY_DF, 10**6}
    degrees = [*EVERY_DF, 10**6, 10**7]
    ours = np.array([t_quantile(df, confidence) for df in degrees])
    worst = np.max(np.abs(ours / judges.t_quantiles(degrees, confidence) - 1))
    assert worst < allowed, f"relative error {worst:.1e}"


# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values:
# https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm
NIST_TABLE = {
    # df: 0.95, 0.975, 0.995 one-sided = 90 %, 95 %, 99 % two-sided
    1: (6.314, 12.706, 63.657),
    2: (2.920, 4.303, 9.925),
    3: (2.353, 3.182, 5.841),
    5: (2.015, 2.571, 4.032),
    10: (1.812, 2.228, 3.169),
    30: (1.697, 2.042, 2.750),
    100: (1.660, 1.984, 2.626),
}


@pytest.mark.parametrize("df", NIST_TABLE)
def test_the_quantile_is_that_of_the_table_by_nist(df: int) -> None:
    found = [round(t_quantile(df, confidence), 3) for confidence in (0.90, 0.95, 0.99)]
    assert found == pytest.approx(NIST_TABLE[df], abs=1e-12)


def test_one_and_two_degrees_of_freedom_have_their_closed_forms() -> None:
    # Cauchy: tan(π p / 2). Two degrees: p √(2 / (1 - p²)).
    assert t_quantile(1, 0.95) == pytest.approx(np.tan(np.pi * 0.95 / 2), rel=1e-13)
    assert t_quantile(2, 0.95) == pytest.approx(0.95 * np.sqrt(2 / (1 - 0.95**2)), rel=1e-13)


def test_series_and_expansion_agree_at_the_threshold() -> None:
    before, at, after, next_one = (t_quantile(SERIES_UP_TO + k, 0.95) for k in (-1, 0, 1, 2))
    assert before > at > after > next_one
    assert at - after == pytest.approx(((before - at) + (after - next_one)) / 2, rel=1e-3)


def test_a_quantile_is_computed_once() -> None:
    t_quantile.cache_clear()
    assert t_quantile(7, 0.95) == t_quantile(7, 0.95)
    assert t_quantile.cache_info().misses == 1


@pytest.mark.parametrize(("df", "confidence"), [(0, 0.95), (-1, 0.95), (5, 0), (5, 1), (5, 1.5)])
def test_invalid_arguments_are_refused(df: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"degree of freedom|confidence"):
        t_quantile(df, confidence)
