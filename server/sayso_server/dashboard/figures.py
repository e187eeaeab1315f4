"""The main numbers on a survey's page, each with its definition, direction and verdict. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sayso_server.dashboard import charts, wording
from sayso_server.scoring.ces import WORDING
from sayso_server.scoring.csat import TOP_BOX
from sayso_server.scoring.interval import Interval
from sayso_server.scoring.nps import PROMOTERS
from sayso_server.scoring.rates import Rates
from sayso_server.scoring.report import Report
from sayso_server.scoring.result import Direction, Scale, Score, Share

PERCENT = Scale(0, 100)
POINTS = Scale(-100, 100)


@dataclass(frozen=True)
class Figure:
    """A number on the page. `gauge` is None if there are not enough answers to draw it."""

    label: str
    value: str
    unit: str
    direction: str
    definition: str
    verdict: str
    ends: tuple[str, str]
    gauge: charts.Gauge | None


class Group(NamedTuple):
    name: str
    n: int
    share: float
    """Percent of all answers."""


class Rate(NamedTuple):
    name: str
    value: str
    counts: str
    definition: str


def figures(score: Score) -> list[Figure]:
    """The score and, for CSAT and CES, its share beside it."""
    if score.kind == "nps":
        return [_nps(score)]
    shares = [_share(score, score.share)] if score.share else []
    return [_mean(score), *shares]


def favourable(score: Score) -> range:
    """The answers that count as good: promoters, top box, easy."""
    if score.kind == "nps":
        return PROMOTERS
    if score.kind == "csat":
        return TOP_BOX[score.scale.high]
    return WORDING[score.scale.high][1]


def groups(distribution: Mapping[int, int]) -> list[Group]:
    """Promoters, passives, detractors."""
    n = dict.fromkeys(wording.GROUPS, 0)
    for value, count in distribution.items():
        n[wording.group(value)] += count
    total = sum(n.values())
    return [
        Group(name, n[key], 100 * n[key] / total if total else 0.0)
        for key, name in wording.GROUPS.items()
    ]


def rates_of(report: Report) -> list[Rate]:
    """The rates of the survey, each with its counts and its definition."""
    counts, rates = report.counts, report.rates
    shown = wording.number(counts["shown"])
    number = wording.number
    return [
        Rate(
            "Response",
            wording.ratio(rates.response),
            f"{number(report.n)} of {shown}",
            "gave a score, of all who were shown the survey"
            if report.score
            else "answered, of all who were shown the survey",
        ),
        Rate(
            "Completion",
            wording.ratio(rates.completion),
            f"{number(counts['completed'])} of {number(counts['started'])}",
            "reached the end, of all who began to answer",
        ),
        Rate(
            "Dismissal",
            wording.ratio(rates.dismissal),
            f"{number(counts['dismissed'])} of {shown}",
            "closed it, of all who were shown the survey",
        ),
        Rate(
            "Ask me later",
            wording.ratio(rates.snooze),
            f"{number(counts['snoozed'])} of {shown}",
            "put it off, of all who were shown the survey",
        ),
        Rate(
            "Never again",
            wording.ratio(_refusal(rates, counts)),
            f"{number(counts['refused'])} of {shown}",
            "refused every further survey, of all who were shown this one",
        ),
    ]


def _refusal(rates: Rates, counts: Mapping[str, int]) -> float | None:
    return None if rates.dismissal is None else counts["refused"] / counts["shown"]


def _nps(score: Score) -> Figure:
    return _figure(
        score,
        label="Net Promoter Score®",
        value=score.value,
        unit="",
        direction=score.direction,
        definition="Promoters (9–10) minus detractors (0–6), in points from −100 to +100",
        interval=score.interval,
        missing=score.missing,
        scale=POINTS,
        text=wording.points,
    )


def _mean(score: Score) -> Figure:
    low, high = score.scale
    effort = score.direction == "lower_is_better"
    of = "satisfaction" if score.kind == "csat" else "effort" if effort else "agreement"
    ends = f"; {low} is very easy, {high} very hard" if effort else ""
    return _figure(
        score,
        label=f"{wording.NAMES[score.kind]} · Mean {of}",
        value=score.value,
        unit=f"on {low}–{high}",
        direction=score.direction,
        definition=f"Sum of all ratings ÷ answers{ends}",
        interval=score.interval,
        missing=score.missing,
        scale=score.scale,
        text=wording.mean,
    )


def _share(score: Score, share: Share) -> Figure:
    good = favourable(score)
    name = {"top_box": "Satisfied (top box)", "easy_share": "Found it easy"}[share.label]
    return _figure(
        score,
        label=f"{wording.NAMES[score.kind]} · {name}",
        value=share.value,
        unit="",
        direction="higher_is_better",
        definition=f"Share of the answers {good[0]} and {good[-1]}",
        interval=share.interval,
        missing=share.missing,
        scale=PERCENT,
        text=wording.percent,
    )


def _figure(
    score: Score,
    *,
    label: str,
    value: float | None,
    unit: str,
    direction: Direction,
    definition: str,
    interval: Interval | None,
    missing: int | None,
    scale: Scale,
    text: Callable[[float | None], str],
) -> Figure:
    enough = missing is None and interval is not None and value is not None
    span = wording.span(interval, text) if interval else None
    ends = {PERCENT: ("0%", "100%"), POINTS: ("−100", "+100")}
    return Figure(
        label=label,
        value=text(value),
        unit=unit if value is not None else "",
        direction=wording.direction(direction),
        definition=definition,
        verdict=wording.verdict(score.n, span, missing),
        ends=ends.get(scale, (str(scale.low), str(scale.high))),
        gauge=charts.gauge(value, interval, scale) if enough and value is not None else None,
    )
