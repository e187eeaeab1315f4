"""Compute a score of any kind."""

from .ces import ces
from .csat import csat
from .distribution import Distribution
from .enough import Tolerance
from .nps import nps
from .result import Kind, Score


def score(
    kind: Kind,
    distribution: Distribution,
    *,
    scale: int | None = None,
    tolerance: Tolerance | None = None,
) -> Score:
    """The score of this kind, from how many gave each answer.

    scale: its highest rating; by default 10 for NPS (it has no other), 5 for CSAT and CES.
    tolerance: the project's; by default ± 10 points and ± 5 % of the range. Raises ValueError for
    an unknown kind, a scale the kind does not have, a value outside it or a negative count;
    TypeError for values or counts that are not integers.
    """
    match kind:
        case "nps":
            if scale not in (None, 10):
                raise ValueError(f"the NPS is asked on 0 to 10, not on a scale up to {scale}")
            return nps(distribution, tolerance=tolerance)
        case "csat":
            return csat(distribution, scale=5 if scale is None else scale, tolerance=tolerance)
        case "ces":
            return ces(distribution, scale=5 if scale is None else scale, tolerance=tolerance)
        case _:
            raise ValueError(f"unknown kind of score: {kind}")
