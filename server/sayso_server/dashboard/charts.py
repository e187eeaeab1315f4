"""The geometry of the charts: counts in, coordinates out. Pure; the templates draw.

Charts are SVGs that are stretched to their container; text is outside of them, so that it keeps its
size on a phone.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sayso_server.scoring.interval import Interval
from sayso_server.scoring.report import Day
from sayso_server.scoring.result import Scale

WIDTH, HEIGHT = 1000.0, 100.0
SHORTEST = 14  # days that a chart spans at least
ROLLING = timedelta(days=7)
BAR = 0.7  # of a day's width
GRID = 4  # steps between the ends of a scale: 100, 50, 0 … for NPS, 5, 4, 3 … for 1–5


@dataclass(frozen=True)
class Gauge:
    """The positions of a score and its interval, in percent of the scale from its low end."""

    score: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return round(self.high - self.low, 2)


@dataclass(frozen=True)
class Bar:
    """share: percent of all answers. width: percent of the longest bar."""

    value: int
    n: int
    share: float
    width: float
    favourable: bool


@dataclass(frozen=True)
class Point:
    """One day with answers. x is the middle of the day; y and top are measured from the top."""

    day: date
    n: int
    value: float
    rolling: float
    x: float
    y: float
    top: float


@dataclass(frozen=True)
class Trend:
    """`line`: the path of the rolling score. `day_width`, `bar`: the widths of a day and of its
    bar."""

    points: tuple[Point, ...]
    line: str
    first: date
    last: date
    most: int
    day_width: float
    bar: float
    grid: tuple[float, ...]


def gauge(value: float, interval: Interval | None, scale: Scale) -> Gauge | None:
    """The score and its interval on their scale."""
    if interval is None:
        return None
    return Gauge(*(_percent(point, scale) for point in (value, interval.low, interval.high)))


def bars(distribution: Mapping[int, int], favourable: Container[int]) -> list[Bar]:
    """One bar per value, in the order of the distribution."""
    total, longest = sum(distribution.values()), max(distribution.values(), default=0)
    return [
        Bar(
            value,
            n,
            share=100 * n / total if total else 0.0,
            width=round(100 * n / longest, 2) if longest else 0.0,
            favourable=value in favourable,
        )
        for value, n in distribution.items()
    ]


def trend(series: Sequence[Day], today: date, scale: Scale) -> Trend | None:
    """The score of each day, and of the seven days up to it; None without answers."""
    days = [day for day in series if day.n and day.value is not None]
    if not days:
        return None
    last = max(today, days[-1].day)
    first = min(days[0].day, last - timedelta(days=SHORTEST - 1))
    day_width = WIDTH / ((last - first).days + 1)
    most = max(day.n for day in days)
    rolling_scores = {day.day: rolling(days, day.day) for day in days}
    points = tuple(
        Point(
            day=day.day,
            n=day.n,
            value=day.value or 0.0,
            rolling=rolling_scores[day.day],
            x=round(((day.day - first).days + 0.5) * day_width, 2),
            y=_height(day.value or 0.0, scale),
            top=round(HEIGHT * (1 - day.n / most), 2),
        )
        for day in days
    )
    return Trend(
        points=points,
        line=_line(points, scale),
        first=first,
        last=last,
        most=most,
        day_width=round(day_width, 2),
        bar=round(day_width * BAR, 2),
        grid=tuple(round(HEIGHT * step / GRID, 2) for step in range(GRID + 1)),
    )


def rolling(days: Sequence[Day], until: date) -> float:
    """The score of the seven days up to `until`, which must have answers. Also exact for NPS,
    which is the mean of +100, 0 and −100 per answer."""
    window = [day for day in days if until - ROLLING < day.day <= until]
    return sum(day.n * (day.value or 0.0) for day in window) / sum(day.n for day in window)


def _line(points: Sequence[Point], scale: Scale) -> str:
    """An SVG path through the days. A week without answers leaves a gap; a single day is a dot."""
    path, previous = [], None
    for point in points:
        joined = previous is not None and point.day - previous < ROLLING
        position = f"{point.x:g} {_height(point.rolling, scale):g}"
        path.append(f"L{position}" if joined else f"M{position}L{position}")
        previous = point.day
    return "".join(path)


def _height(value: float, scale: Scale) -> float:
    return round(HEIGHT - _percent(value, scale) * HEIGHT / 100, 2)


def _percent(value: float, scale: Scale) -> float:
    return round(100 * (value - scale.low) / (scale.high - scale.low), 2)
