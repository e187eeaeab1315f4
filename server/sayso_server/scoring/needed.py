"""How long until a score can be read: answers needed for an interval, and days to collect them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from .distribution import checked, count_of, moments
from .enough import MINIMUM_ANSWERS, Tolerance, needed_for_mean, needed_for_nps
from .nps import DETRACTORS, PROMOTERS
from .result import Scale, Score

ASSUMED_RESPONSE_RATE = 0.3  # of popups shown, before any is measured: usual for in-app surveys

LIFETIME = 36_500  # days

RateFrom = Literal["given", "survey", "project", "assumed"]


@dataclass(frozen=True)
class Estimate:
    """When the interval will be ± margin, if rates and spread stay the same.

    margin: NPS points; for CSAT and CES points of their scale. answers_needed: the total.
    answers_so_far: of the last 90 days. response_rate: 0…1. days: None when nobody would answer.
    """

    margin: float
    answers_needed: int
    answers_so_far: int
    response_rate: float
    response_rate_from: RateFrom
    answers_a_day: float
    days: int | None


def estimate(
    so_far: Score,
    distribution: Mapping[int, int],
    asks_a_day: float,
    rate: float,
    rate_from: RateFrom,
    margin: float | None = None,
) -> Estimate:
    """The estimate from the score so far and its distribution. margin: None for the default
    tolerance."""
    wanted = _tolerance(so_far) if margin is None else margin
    needed = answers_needed(so_far, distribution, wanted)
    n = so_far.n
    a_day, lacking = asks_a_day * rate, max(0, needed - n)
    return Estimate(wanted, needed, n, rate, rate_from, a_day, _days(lacking, a_day))


def _days(lacking: int, a_day: float) -> int | None:
    if not lacking:
        return 0
    return ceil(lacking / a_day) if a_day * LIFETIME > lacking else None


def answers_needed(so_far: Score, distribution: Mapping[int, int], margin: float) -> int:
    """The total number of answers for an interval of ± margin, if the spread stays the same.

    If the spread is unknown, NPS uses the spread of its formula's three added answers, and a mean
    uses the spread of answers distributed evenly over the scale.
    """
    counts = checked(distribution, *so_far.scale)
    n, _, variance = moments(counts)
    if so_far.kind == "nps":
        promoters, detractors = count_of(counts, PROMOTERS), count_of(counts, DETRACTORS)
        needed = needed_for_nps(promoters, detractors, n, margin)
    else:
        needed = needed_for_mean(variance or _even(so_far.scale), margin)
    return max(MINIMUM_ANSWERS, ceil(needed))


def _tolerance(so_far: Score) -> float:
    allowed, scale = Tolerance(), so_far.scale
    wide = allowed.range_share * (scale.high - scale.low)
    return allowed.points if so_far.kind == "nps" else wide


def _even(scale: Scale) -> float:
    """Variance of the discrete uniform distribution."""
    return ((scale.high - scale.low + 1) ** 2 - 1) / 12
