"""SERVQUAL gaps: perception − expectation, paired by person."""

from dataclasses import dataclass

from .distribution import Distribution, checked, moments
from .enough import MINIMUM_ANSWERS
from .interval import Interval, student


@dataclass(frozen=True)
class Gap:
    """The gap of one dimension, from the n people who rated it in both questions.

    value: the mean of perception − expectation in points of the scale, below 0 if expectations were
    not met; None without answers. interval: Student's, of the paired differences. missing: how many
    more answers are needed to be enough; None when there are enough.
    """

    id: str
    n: int
    value: float | None
    interval: Interval | None
    missing: int | None


def gap(row: str, differences: Distribution, reach: int) -> Gap:
    """The gap from the distribution of differences, −reach…reach. Raises as `checked` does."""
    n, mean, variance = moments(checked(differences, -reach, reach))
    interval = student(n, mean, variance, -reach, reach)
    return Gap(row, n, mean, interval, max(0, MINIMUM_ANSWERS - n) or None)
