"""One survey's report: its score, how many took part, and how both went day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .kinds import score
from .rates import Rates, rates
from .result import Kind, Score

MEASURES = ("shown", "started", "completed", "dismissed", "snoozed", "refused")


@dataclass(frozen=True)
class Day:
    """One day of the trend: how many answered, and the score of that day alone."""

    day: date
    n: int
    value: float | None


@dataclass(frozen=True)
class Report:
    """distribution: every value of the scale, also those nobody chose. unproven: how many of the
    answers came from pages whose visitor's identity was not proven."""

    score: Score
    rates: Rates
    counts: Mapping[str, int]
    distribution: Mapping[int, int]
    series: tuple[Day, ...]
    unproven: int


def report(
    kind: Kind,
    by_day: Mapping[date, Mapping[int, int]],
    measures: Mapping[str, int],
    unproven: int,
) -> Report:
    """The report from daily distributions and counts of invitations (of MEASURES)."""
    total: dict[int, int] = {}
    for distribution in by_day.values():
        for value, n in distribution.items():
            total[value] = total.get(value, 0) + n
    whole = score(kind, total)
    counts = {measure: measures.get(measure, 0) for measure in MEASURES}
    return Report(
        score=whole,
        rates=rates(scored=whole.n, **{key: counts[key] for key in MEASURES if key != "refused"}),
        counts=counts,
        distribution={
            value: total.get(value, 0) for value in range(whole.scale.low, whole.scale.high + 1)
        },
        series=tuple(_day(kind, day, by_day[day]) for day in sorted(by_day)),
        unproven=unproven,
    )


def _day(kind: Kind, day: date, distribution: Mapping[int, int]) -> Day:
    whole = score(kind, distribution)
    return Day(day, whole.n, whole.value)
