"""One survey's report: its score, how many took part, and how both went day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .kinds import score
from .parts import QuestionResult
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
    """score: None for a survey that asks none; then n is how many began to answer. distribution:
    every value of the scale, also those nobody chose. unproven: how many of the answers came from
    pages whose visitor's identity was not proven. questions: what was said to those that are no
    score."""

    score: Score | None
    n: int
    rates: Rates
    counts: Mapping[str, int]
    distribution: Mapping[int, int]
    series: tuple[Day, ...]
    unproven: int
    questions: tuple[QuestionResult, ...] = ()


@dataclass(frozen=True)
class Scored:
    """What was answered to the survey's score: of a kind, on a scale (None: its usual one), day by
    day, so many times by unproven pages."""

    kind: Kind
    scale: int | None
    by_day: Mapping[date, Mapping[int, int]]
    unproven: int = 0


def report(
    scored: Scored | None, measures: Mapping[str, int], questions: Sequence[QuestionResult] = ()
) -> Report:
    """The report from daily distributions of the score, if the survey asks one, and counts of
    invitations (of MEASURES)."""
    counts = {measure: measures.get(measure, 0) for measure in MEASURES}
    total = _added_up(scored)
    whole = score(scored.kind, total, scale=scored.scale) if scored else None
    n = whole.n if whole else counts["started"]
    return Report(
        score=whole,
        n=n,
        rates=rates(scored=n, **{key: counts[key] for key in MEASURES if key != "refused"}),
        counts=counts,
        distribution=_every_value(whole, total),
        series=tuple(_day(scored, day) for day in sorted(scored.by_day)) if scored else (),
        unproven=scored.unproven if scored else 0,
        questions=tuple(questions),
    )


def _added_up(scored: Scored | None) -> dict[int, int]:
    total: dict[int, int] = {}
    for distribution in scored.by_day.values() if scored else ():
        for value, n in distribution.items():
            total[value] = total.get(value, 0) + n
    return total


def _every_value(whole: Score | None, total: Mapping[int, int]) -> dict[int, int]:
    if whole is None:
        return {}
    return {value: total.get(value, 0) for value in range(whole.scale.low, whole.scale.high + 1)}


def _day(scored: Scored, day: date) -> Day:
    whole = score(scored.kind, scored.by_day[day], scale=scored.scale)
    return Day(day, whole.n, whole.value)
