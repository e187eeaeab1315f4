"""A score: its value, number of answers, interval, and which direction is better."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .interval import Interval

Kind = Literal["nps", "csat", "ces"]
Direction = Literal["higher_is_better", "lower_is_better"]


class Scale(NamedTuple):
    """The lowest and the highest possible answer. Scores of different scales are never pooled."""

    low: int
    high: int


@dataclass(frozen=True)
class Share:
    """The share of favourable answers.

    label: "top_box" (CSAT) or "easy_share" (CES). value: percent, 0…100; None without answers.
    interval: Wilson, percent. missing: as in Score, by the tolerance for shares.
    """

    label: Literal["top_box", "easy_share"]
    value: float | None
    interval: Interval | None
    missing: int | None

    @property
    def enough(self) -> bool:
        return self.missing is None


@dataclass(frozen=True)
class Score:
    """One score of one survey question.

    n: answers counted (never dismissals). value: NPS in points, -100…100; CSAT and CES the mean;
    None without answers. interval: 95 %, around the adjusted score for NPS; None without answers
    and, for means, with one answer or only equal answers. missing: an estimate of how many more
    answers are needed to be enough, at least 1; None when there are enough. share: None for NPS.
    """

    kind: Kind
    scale: Scale
    direction: Direction
    n: int
    value: float | None
    interval: Interval | None
    missing: int | None
    share: Share | None = None

    @property
    def enough(self) -> bool:
        return self.missing is None
