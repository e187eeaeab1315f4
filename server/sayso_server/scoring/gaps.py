"""How far what was met lies from what was expected, person by person."""

from dataclasses import dataclass

from .distribution import Distribution, checked, moments
from .enough import MINIMUM_ANSWERS
from .interval import Interval, student


@dataclass(frozen=True)
class Gap:
    """One dimension, by the n who rated it both times.

    value: the mean of perception − expectation in points of the scale, below 0 where it fell short;
    None without answers. interval: Student's, of the paired differences. missing: how many more
    make it enough; None when it is.
    """

    id: str
    n: int
    value: float | None
    interval: Interval | None
    missing: int | None


def gap(of: str, differences: Distribution, reach: int) -> Gap:
    """The gap from how many gave each difference, −reach…reach. Raises as `checked` does."""
    n, mean, variance = moments(checked(differences, -reach, reach))
    interval = student(n, mean, variance, -reach, reach)
    return Gap(of, n, mean, interval, max(0, MINIMUM_ANSWERS - n) or None)
