"""One survey's report: its score, its rates, and the score's trend by day."""

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
    """One day of the trend: how many people answered on that day, and their score."""

    day: date
    n: int
    value: float | None


@dataclass(frozen=True)
class Report:
    """score: None for a survey without a score; n is then how many people began to answer.
    distribution: every value of the scale, including counts of 0. unproven: how many of the answers
    came from pages without a proven identity. questions: the results of the questions that are not
    scores."""

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
    """The answers to the survey's score. scale: its last point, None for the usual scale. by_day:
    the distribution of each day. unproven: how many answers came from pages without a proven
    identity."""

    kind: Kind
    scale: int | None
    by_day: Mapping[date, Mapping[int, int]]
    unproven: int = 0


def report(
    scored: Scored | None, measures: Mapping[str, int], questions: Sequence[QuestionResult] = ()
) -> Report:
    """The report from the score's daily distributions, if the survey has a score, and counts of
    invitations by measure (MEASURES)."""
    counts = {measure: measures.get(measure, 0) for measure in MEASURES}
    total = _total(scored)
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


def _total(scored: Scored | None) -> dict[int, int]:
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
