"""Net Promoter Score: promoters - detractors, of those who answered."""

from .distribution import Distribution, checked, count_of
from .enough import Tolerance, missing, needed_for_nps
from .interval import adjusted_wald
from .result import Scale, Score

SCALE = Scale(0, 10)
# Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
DETRACTORS = range(7)
PROMOTERS = range(9, 11)


def nps(distribution: Distribution, *, tolerance: Tolerance | None = None) -> Score:
    """100 · (promoters - detractors) / n, on 0 to 10 only. Raises as `checked` does."""
    points = (tolerance or Tolerance()).points
    counts = checked(distribution, *SCALE)
    n = sum(counts.values())
    promoters, detractors = count_of(counts, PROMOTERS), count_of(counts, DETRACTORS)
    interval = adjusted_wald(promoters, detractors, n)
    return Score(
        kind="nps",
        scale=SCALE,
        direction="higher_is_better",
        n=n,
        value=100 * (promoters - detractors) / n if n else None,
        interval=interval,
        missing=missing(
            n, interval, points, lambda: needed_for_nps(promoters, detractors, n, points)
        ),
    )
