"""When a score has enough answers to be read, and how many are missing until then.

Enough: at least 30 answers and an interval no wider than the project's tolerance. Otherwise the
interval is not drawn and no change is coloured.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt

from .interval import ADDED_ANSWERS, CONFIDENCE, Interval, Z, adjusted_variance
from .student import t_quantile

MINIMUM_ANSWERS = 30


@dataclass(frozen=True)
class Tolerance:
    """The largest half-width of an interval.

    points: NPS points and percentage points of shares. range_share: of a mean's scale from end to
    end (0.05 of 1 to 5 is ± 0.2). Raises ValueError unless both are above 0.
    """

    points: float = 10.0
    range_share: float = 0.05

    def __post_init__(self) -> None:
        if not (self.points > 0 and self.range_share > 0):
            raise ValueError(f"a tolerance is above 0: {self}")


def missing(
    n: int, interval: Interval | None, half_width: float, needed: Callable[[], float]
) -> int | None:
    """How many more answers are needed to be enough; None when there are enough.

    An estimate: `needed` returns the total number of answers for an interval of ± half_width, if
    the distribution stays the same; it is called only when the interval is too wide. Without an
    interval (no answers, one, or all equal) the spread is unknown, and this is a lower bound.
    """
    if interval is None:
        return max(1, MINIMUM_ANSWERS - n)
    total = MINIMUM_ANSWERS
    if interval.high - interval.low > 2 * half_width:
        total = max(total, n + 1, ceil(needed()))
    return total - n if total > n else None


def needed_for_nps(promoters: int, detractors: int, n: int, points: float) -> float:
    """Solves ± points = 100 z √(variance / (N + 3)) for N, with constant variance."""
    return adjusted_variance(promoters, detractors, n) * (100 * Z / points) ** 2 - ADDED_ANSWERS


def needed_for_share(successes: int, n: int, points: float) -> float:
    """Solves the half-width of Wilson's interval for N, with a constant share."""
    p, square, width = successes / n, Z * Z, (points / 100) ** 2
    b = square * (p * (1 - p) - 2 * width)
    c = square * square * (0.25 - width)
    return (b + sqrt(max(0.0, b * b + 4 * width * c))) / (2 * width)


def needed_for_mean(variance: float, half_width: float) -> float:
    """Solves ± half_width = t s / √N for N, with constant variance.

    t depends on N: the normal limit gives a first N, which is too small; the t of that N gives an
    N that is large enough.
    """
    ratio = variance / half_width**2
    first = max(MINIMUM_ANSWERS, ceil(Z * Z * ratio))
    return t_quantile(first - 1, CONFIDENCE) ** 2 * ratio
