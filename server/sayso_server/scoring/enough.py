"""When a score may be read, and how many answers are missing until then.

Enough = at least 30 answers and an interval no wider than the project's tolerance. Otherwise the
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
    """How wide an interval may be on either side of its centre.

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
    """How many more answers make it enough; None when it is enough already.

    An estimate: `needed` says how many answers in all narrow the interval to ± half_width if
    people go on answering as they have. It is asked only when the interval is too wide. Without an
    interval (no answers, one, or all alike) the spread is unknown: the least that can be missing.
    """
    if interval is None:
        return max(1, MINIMUM_ANSWERS - n)
    total = MINIMUM_ANSWERS
    if interval.high - interval.low > 2 * half_width:
        total = max(total, n + 1, ceil(needed()))
    return total - n if total > n else None


def needed_for_nps(promoters: int, detractors: int, n: int, points: float) -> float:
    """Solves ± points = 100 z √(variance / (N + 3)) for N, the variance staying as it is."""
    return adjusted_variance(promoters, detractors, n) * (100 * Z / points) ** 2 - ADDED_ANSWERS


def needed_for_share(successes: int, n: int, points: float) -> float:
    """Solves the half-width of Wilson's interval for N, the share staying as it is."""
    p, square, width = successes / n, Z * Z, (points / 100) ** 2
    b = square * (p * (1 - p) - 2 * width)
    c = square * square * (0.25 - width)
    return (b + sqrt(max(0.0, b * b + 4 * width * c))) / (2 * width)


def needed_for_mean(variance: float, half_width: float) -> float:
    """Solves ± half_width = t s / √N for N, the spread staying as it is.

    t depends on N: its normal limit gives a first N, too small, whose own t then gives one that is
    large enough.
    """
    ratio = variance / half_width**2
    first = max(MINIMUM_ANSWERS, ceil(Z * Z * ratio))
    return t_quantile(first - 1, CONFIDENCE) ** 2 * ratio
