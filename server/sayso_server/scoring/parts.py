"""Results of questions that are not scores: shares of options, mean ratings and mean ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .distribution import Distribution, checked
from .enough import Tolerance
from .gaps import Gap
from .interval import Interval, wilson
from .mean import mean_of
from .result import Scale

Measured = Literal["share", "mean"]


@dataclass(frozen=True)
class PartResult:
    """One option, row or field.

    n: how many chose or rated it. value: the percentage of people who answered the question, with
    Wilson's interval; or the mean rating or rank (1 is first), with Student's. None without
    answers. distribution: for a mean, how many gave each value.
    """

    id: str
    measured: Measured
    n: int
    value: float | None
    interval: Interval | None
    distribution: Mapping[int, int] | None = None


@dataclass(frozen=True)
class QuestionResult:
    """The result of one question, from the n people who answered it. gaps: for a SERVQUAL
    perception."""

    id: str
    kind: str
    n: int
    parts: tuple[PartResult, ...]
    gaps: tuple[Gap, ...] = ()


def shares(n: int, chosen: Mapping[str, int], ids: Sequence[str]) -> tuple[PartResult, ...]:
    """The share of each option among n people who answered, including options that nobody chose."""
    return tuple(_share(part, chosen.get(part, 0), n) for part in ids)


def means(
    given: Mapping[str, Distribution], ids: Sequence[str], scale: Scale
) -> tuple[PartResult, ...]:
    """The mean of each part on the scale, with its distribution. Raises as `checked` does."""
    return tuple(_mean(part, given.get(part, {}), scale) for part in ids)


def _share(part: str, n: int, answered: int) -> PartResult:
    ratio = wilson(n, answered)
    interval = Interval(100 * ratio.low, 100 * ratio.high) if ratio else None
    return PartResult(part, "share", n, 100 * n / answered if answered else None, interval)


def _mean(part: str, distribution: Distribution, scale: Scale) -> PartResult:
    counts = checked(distribution, *scale)
    n, mean, interval, _ = mean_of(counts, scale, Tolerance())
    every_value = {value: counts.get(value, 0) for value in range(scale.low, scale.high + 1)}
    return PartResult(part, "mean", n, mean, interval, every_value)
