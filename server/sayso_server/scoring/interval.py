"""Confidence intervals, all two-sided at 95 %."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from .student import t_quantile

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)

# Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70 (2016):
# three answers are added, ¾ of a promoter, 1½ passives, ¾ of a detractor.
# https://measuringu.com/nps-confidence-intervals/ gives the same in words.
ADDED_ANSWERS = 3
ADDED_TO_EACH_END = 0.75


class Interval(NamedTuple):
    low: float
    high: float


def adjusted_variance(promoters: int, detractors: int, n: int) -> float:
    """Variance of one adjusted answer that counts +1, 0 or -1 (0…1).

    Computed in quarters of an answer, so that every sum is an exact integer.
    """
    quarters = 4 * (n + ADDED_ANSWERS)
    up, down = 4 * promoters + 3, 4 * detractors + 3
    return ((up + down) * quarters - (up - down) ** 2) / quarters**2


def adjusted_wald(promoters: int, detractors: int, n: int) -> Interval | None:
    """The NPS's interval in points, clipped to ±100; None for n = 0.

    It is centred on the adjusted score, so with very few answers the raw score may lie outside.
    """
    if n == 0:
        return None
    centre = 100 * (promoters - detractors) / (n + ADDED_ANSWERS)
    half = 100 * Z * sqrt(adjusted_variance(promoters, detractors, n) / (n + ADDED_ANSWERS))
    return Interval(max(-100.0, centre - half), min(100.0, centre + half))


def wilson(successes: int, n: int) -> Interval | None:
    """The interval of a share, 0…1; None for n = 0.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927).
    """
    if n == 0:
        return None
    centre = successes + Z * Z / 2
    half = Z * sqrt(successes * (n - successes) / n + Z * Z / 4)
    low, high = (centre - half) / (n + Z * Z), (centre + half) / (n + Z * Z)
    # With n successes of n the upper end is exactly 1; floating point would be slightly off.
    return Interval(low, high if successes < n else 1.0)


def student(
    n: int, mean: float | None, variance: float | None, low: int, high: int
) -> Interval | None:
    """The interval of a mean, clipped to its scale; None if n < 2 or all answers are equal.

    mean ± t · s / √n: Student, "The Probable Error of a Mean", Biometrika 6 (1908).
    """
    if mean is None or not variance:
        return None
    half = t_quantile(n - 1, CONFIDENCE) * sqrt(variance / n)
    return Interval(max(float(low), mean - half), min(float(high), mean + half))
