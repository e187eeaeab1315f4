"""Customer satisfaction: the mean rating and the share of top ratings; higher is better."""

from .distribution import Distribution, checked
from .enough import Tolerance
from .mean import mean_of, share_of
from .result import Scale, Score

# Thumbs are a scale of two points: 1 down, 2 up.
THUMBS = 2

# Highest point of the scale → its top box: the ratings that count as satisfied.
TOP_BOX = {
    THUMBS: range(2, 3),
    3: range(3, 4),
    5: range(4, 6),
    7: range(6, 8),
    10: range(9, 11),
}


def csat(
    distribution: Distribution, *, scale: int = 5, tolerance: Tolerance | None = None
) -> Score:
    """The mean (sum ÷ respondents) and the top-box share of ratings 1…scale.

    scale: 3, 5, 7, 10 or THUMBS. Raises ValueError for any other, and the errors of `checked`.
    """
    if scale not in TOP_BOX:
        raise ValueError(f"CSAT has scales of {', '.join(map(str, TOP_BOX))} points, not {scale}")
    allowed = tolerance or Tolerance()
    ends = Scale(1, scale)
    counts = checked(distribution, *ends)
    n, mean, interval, lacking = mean_of(counts, ends, allowed)
    return Score(
        kind="csat",
        scale=ends,
        direction="higher_is_better",
        n=n,
        value=mean,
        interval=interval,
        missing=lacking,
        share=share_of("top_box", counts, TOP_BOX[scale], allowed),
    )
