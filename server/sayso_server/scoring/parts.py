"""What was said to questions that are no score: how many chose what, rated what, put what first."""

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
class Part:
    """One option, row or field.

    n: how many chose or rated it. value: the share of those who answered the question, in percent
    with Wilson's interval; or the mean rating, or place (1 is first), with Student's. None without
    answers. distribution: of a mean, how many gave each value.
    """

    id: str
    measured: Measured
    n: int
    value: float | None
    interval: Interval | None
    distribution: Mapping[int, int] | None = None


@dataclass(frozen=True)
class QuestionResult:
    """What was said to one question by the n who answered it. gaps: of what was met, where what was
    expected was asked as well."""

    id: str
    kind: str
    n: int
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...] = ()


def shares(n: int, chosen: Mapping[str, int], ids: Sequence[str]) -> tuple[Part, ...]:
    """Of n who answered, how many chose each; those nobody chose are there too."""
    return tuple(_share(one, chosen.get(one, 0), n) for one in ids)


def means(given: Mapping[str, Distribution], ids: Sequence[str], scale: Scale) -> tuple[Part, ...]:
    """The mean of each on the scale, with how many gave each value. Raises as `checked` does."""
    return tuple(_mean(one, given.get(one, {}), scale) for one in ids)


def _share(of: str, n: int, answered: int) -> Part:
    ratio = wilson(n, answered)
    interval = Interval(100 * ratio.low, 100 * ratio.high) if ratio else None
    return Part(of, "share", n, 100 * n / answered if answered else None, interval)


def _mean(of: str, distribution: Distribution, scale: Scale) -> Part:
    counts = checked(distribution, *scale)
    n, mean, interval, _ = mean_of(counts, scale, Tolerance())
    every = {value: counts.get(value, 0) for value in range(scale.low, scale.high + 1)}
    return Part(of, "mean", n, mean, interval, every)
