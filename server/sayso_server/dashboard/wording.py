"""Formats numbers, dates and sentences of the pages. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sayso_server.scoring.enough import MINIMUM_ANSWERS
from sayso_server.scoring.interval import Interval
from sayso_server.scoring.nps import DETRACTORS, PROMOTERS
from sayso_server.scoring.result import Direction, Kind, Score

NAMES: dict[str, str] = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
STATES = {"live": "Live", "paused": "Paused", "draft": "Draft", "ended": "Ended"}
GROUPS = {"promoter": "Promoters", "passive": "Passives", "detractor": "Detractors"}
NOTHING = "–"
TRADEMARK = (
    "Net Promoter, Net Promoter Score and NPS are registered trademarks of "
    "Bain & Company, Inc., NICE Systems, Inc. and Fred Reichheld."
)


def points(value: float | None) -> str:
    """NPS points with their sign: "+42", "0", "−7"."""
    if value is None:
        return NOTHING
    whole = round(value)
    return _minus(f"{whole:+d}") if whole else "0"


def mean(value: float | None) -> str:
    """A mean to two places: "4.31"."""
    return NOTHING if value is None else _minus(f"{value:.2f}")


def difference(value: float | None) -> str:
    """A difference of means with its sign: "+0.20", "−1.35"."""
    return NOTHING if value is None else _minus(f"{value:+.2f}")


def percent(value: float | None) -> str:
    """A share of 0…100: "86%"."""
    return NOTHING if value is None else f"{round(value)}%"


def ratio(value: float | None) -> str:
    """A rate of 0…1: "34%"."""
    return percent(None if value is None else 100 * value)


def of_kind(kind: Kind, value: float | None) -> str:
    """A score: points for NPS, otherwise a mean."""
    return points(value) if kind == "nps" else mean(value)


def number(count: int) -> str:
    """A count: "1,204"."""
    return _minus(f"{count:,}")


def counted(count: int, thing: str) -> str:
    """ "1 answer", "1,204 answers"."""
    return f"{number(count)} {thing}" if count == 1 else f"{number(count)} {thing}s"


def versions(group: Sequence[int]) -> str:
    """ "version 3", "versions 1–2"."""
    return f"version {group[0]}" if len(group) == 1 else f"versions {group[0]}–{group[-1]}"


def direction(way: Direction) -> str:
    """Which way is better."""
    return "Higher is better" if way == "higher_is_better" else "Lower is better"


def verdict(n: int, interval: str | None, missing: int | None) -> str:
    """How far a number can be trusted: its interval, or how many answers are missing."""
    if n == 0:
        return "No answers yet"
    if interval is None and n >= MINIMUM_ANSWERS:
        return "No interval: all answers are alike"
    if missing is not None or interval is None:
        return f"Not enough yet — about {counted(missing or 1, 'more answer')}"
    return f"95% interval {interval}"


def briefly(score: Score) -> str:
    """The verdict in a list: "not enough yet: about 29 more", "+31 to +52"."""
    if score.n == 0:
        return "no answers yet"
    if score.interval is None and score.n >= MINIMUM_ANSWERS:
        return "no interval: all answers are alike"
    if score.missing is not None or score.interval is None:
        return f"not enough yet: about {number(score.missing or 1)} more"
    return span(score.interval, points if score.kind == "nps" else mean)


def span(interval: Interval, text: Any) -> str:
    """ "+31 to +52"."""
    return f"{text(interval.low)} to {text(interval.high)}"


def group(value: int) -> str:
    """An NPS answer's group: promoter, passive or detractor."""
    if value in PROMOTERS:
        return "promoter"
    return "detractor" if value in DETRACTORS else "passive"


def words(question: Mapping[str, Any], value: int) -> str:
    """The label that the respondent saw at this value; "" if there was only the number."""
    if "names" in question:
        return str(question["names"][value - 1])
    first, last = (0, 10) if question["kind"] == "nps" else (1, _last(question))
    return str({first: question["low"], last: question["high"]}.get(value, ""))


def beside(question: Mapping[str, Any], value: int) -> str:
    """The text beside a comment's score: the group for NPS, otherwise the label or the scale."""
    if question["kind"] == "nps":
        return group(value).capitalize()
    return words(question, value) or f"of {_last(question)}"


def _last(question: Mapping[str, Any]) -> int:
    """The highest point of CSAT or CES; the rendered question contains it if it is not 5."""
    last: int = question.get("scale", 5)
    return last


def day(value: date) -> str:
    """ "22 Nov 2025"."""
    return f"{value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """ "22 Nov"."""
    return f"{value.day} {value:%b}"


def moment(value: datetime) -> str:
    """ "22 Nov 2025, 06:43 UTC"."""
    utc = value.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
