"""Pure package: computes scores from answers. Imports only the standard library and its siblings.

No I/O, no clock, no randomness, no settings, no other package of Sayso. Every score is computed
from a distribution (answer value → how many gave it), so its cost depends on the width of the
scale, never on the number of answers.

Scores and shares are in points (NPS -100…100, shares 0…100), means in units of their scale, rates
are ratios. Intervals are two-sided at 95 %.
"""

from .ces import ces
from .csat import THUMBS, csat
from .distribution import Distribution
from .enough import MINIMUM_ANSWERS, Tolerance
from .interval import Interval
from .kinds import score
from .nps import nps
from .rates import Rates, rates
from .result import Direction, Kind, Scale, Score, Share

__all__ = [
    "MINIMUM_ANSWERS",
    "THUMBS",
    "Direction",
    "Distribution",
    "Interval",
    "Kind",
    "Rates",
    "Scale",
    "Score",
    "Share",
    "Tolerance",
    "ces",
    "csat",
    "nps",
    "rates",
    "score",
]
