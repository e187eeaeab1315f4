"""The mean of ratings, and the share of favourable ones."""

from collections.abc import Mapping
from typing import Literal

from .distribution import count_of, moments
from .enough import Tolerance, missing, needed_for_mean, needed_for_share
from .interval import Interval, student, wilson
from .result import Scale, Share


def mean_of(
    counts: Mapping[int, int], scale: Scale, tolerance: Tolerance
) -> tuple[int, float | None, Interval | None, int | None]:
    """Return n, mean, interval and how many answers are missing."""
    n, mean, variance = moments(counts)
    half_width = tolerance.range_share * (scale.high - scale.low)
    interval = student(n, mean, variance, *scale)
    lacking = missing(n, interval, half_width, lambda: needed_for_mean(variance or 0, half_width))
    return n, mean, interval, lacking


def share_of(
    label: Literal["top_box", "easy_share"],
    counts: Mapping[int, int],
    favourable: range,
    tolerance: Tolerance,
) -> Share:
    """The percentage of answers that are favourable, with Wilson's interval in percent."""
    n, successes = sum(counts.values()), count_of(counts, favourable)
    ratio = wilson(successes, n)
    interval = Interval(100 * ratio.low, 100 * ratio.high) if ratio else None
    points = tolerance.points
    return Share(
        label=label,
        value=100 * successes / n if n else None,
        interval=interval,
        missing=missing(n, interval, points, lambda: needed_for_share(successes, n, points)),
    )
