"""Customer effort: the mean rating and the share of those who found it easy."""

from .distribution import Distribution, checked
from .enough import Tolerance
from .mean import mean_of, share_of
from .result import Direction, Scale, Score

# Highest point of the scale → which way is better, and the ratings that count as easy.
# 5: "was it easy?", 1 very easy … 5 very hard. 7: agreement ("they made it easy for me", 1 disagree
# strongly … 7 agree strongly), where 6 and 7 correspond to 2 and 1.
WORDING: dict[int, tuple[Direction, range]] = {
    5: ("lower_is_better", range(1, 3)),
    7: ("higher_is_better", range(6, 8)),
}


def ces(distribution: Distribution, *, scale: int = 5, tolerance: Tolerance | None = None) -> Score:
    """The mean rating and the share of “easy” ratings, on a scale from 1 to `scale`.

    scale: 5 (effort, lower is better) or 7 (agreement, higher is better). Raises ValueError for any
    other scale, and the errors of `checked`.
    """
    if scale not in WORDING:
        raise ValueError(f"CES has scales of 5 or 7 points, not {scale}")
    direction, easy = WORDING[scale]
    allowed = tolerance or Tolerance()
    ends = Scale(1, scale)
    counts = checked(distribution, *ends)
    n, mean, interval, lacking = mean_of(counts, ends, allowed)
    return Score(
        kind="ces",
        scale=ends,
        direction=direction,
        n=n,
        value=mean,
        interval=interval,
        missing=lacking,
        share=share_of("easy_share", counts, easy, allowed),
    )
