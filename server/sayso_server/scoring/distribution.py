"""Distributions (answer value → how many gave it): rollups store them; scores need only them."""

from collections.abc import Collection, Mapping
from operator import index

Distribution = Mapping[int, int]


def checked(distribution: Distribution, low: int, high: int) -> dict[int, int]:
    """Return the distribution after checking that every value is on the scale low…high.

    Raises ValueError for a value outside the scale (so scales are never pooled by accident) or a
    negative count, TypeError for a value or count that is not an integer (as a Decimal from a
    database's SUM: sums here must be exact).
    """
    counts = {index(value): index(count) for value, count in distribution.items()}
    for value, count in counts.items():
        if not low <= value <= high:
            raise ValueError(f"answer {value} is not on the scale {low} to {high}")
        if count < 0:
            raise ValueError(f"answer {value} has a negative count: {count}")
    return counts


def count_of(counts: Mapping[int, int], values: Collection[int]) -> int:
    """How many answers have one of these values."""
    return sum(count for value, count in counts.items() if value in values)


def moments(counts: Mapping[int, int]) -> tuple[int, float | None, float | None]:
    """Return n, the mean (None for n = 0) and the sample variance (None for n < 2).

    The sums are whole numbers, so each result is the exact quotient, rounded once, without
    cancellation for any number of answers.
    """
    n = sum(counts.values())
    total = sum(value * count for value, count in counts.items())
    squares = sum(value * value * count for value, count in counts.items())
    mean = total / n if n else None
    variance = (n * squares - total * total) / (n * (n - 1)) if n > 1 else None
    return n, mean, variance
