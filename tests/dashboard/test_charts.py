"""The geometry of the charts."""

from datetime import date, timedelta

import pytest

from sayso_server.dashboard import charts
from sayso_server.scoring import nps
from sayso_server.scoring.interval import Interval
from sayso_server.scoring.report import Day
from sayso_server.scoring.result import Scale

MONDAY = date(2026, 3, 2)
POINTS, FIVE = Scale(-100, 100), Scale(1, 5)


def days(*given: tuple[int, int, float]) -> list[Day]:
    """(days after Monday, n, value)"""
    return [Day(MONDAY + timedelta(days=after), n, value) for after, n, value in given]


def test_a_gauge_places_score_and_interval_on_their_scale() -> None:
    gauge = charts.gauge(50, Interval(0, 100), POINTS)
    assert gauge == charts.Gauge(75.0, 50.0, 100.0)
    assert gauge.width == 50.0
    assert charts.gauge(2, Interval(1, 3), FIVE) == charts.Gauge(25.0, 0.0, 50.0)


def test_without_an_interval_there_is_no_gauge() -> None:
    assert charts.gauge(50, None, POINTS) is None


def test_the_longest_bar_fills_its_place_and_shares_are_of_all_answers() -> None:
    one, two, three = charts.bars({1: 1, 2: 0, 3: 3}, favourable=range(3, 4))
    assert (one.width, two.width, three.width) == (33.33, 0.0, 100.0)
    assert (one.share, two.share, three.share) == (25.0, 0.0, 75.0)
    assert [bar.favourable for bar in (one, two, three)] == [False, False, True]


def test_bars_without_answers_have_no_length() -> None:
    assert [bar.width for bar in charts.bars({1: 0, 2: 0}, ())] == [0.0, 0.0]


def test_a_trend_without_answers_is_not_drawn() -> None:
    assert charts.trend([], MONDAY, FIVE) is None
    assert charts.trend([Day(MONDAY, 0, None)], MONDAY, FIVE) is None


def test_a_day_lies_in_the_middle_of_its_place_high_values_above() -> None:
    trend = charts.trend(days((0, 2, 5.0), (13, 4, 1.0)), MONDAY + timedelta(days=13), FIVE)
    assert trend is not None
    first, last = trend.points
    assert trend.day_width == pytest.approx(1000 / 14, abs=0.01)
    assert (first.x, last.x) == (35.71, 964.29)
    assert (first.y, last.y) == (0.0, 100.0)
    assert (first.top, last.top) == (50.0, 0.0)
    assert (trend.first, trend.last, trend.most) == (MONDAY, MONDAY + timedelta(days=13), 4)


def test_a_first_answer_is_drawn_on_two_weeks() -> None:
    trend = charts.trend(days((0, 1, 3.0)), MONDAY, FIVE)
    assert trend is not None
    assert trend.first == MONDAY - timedelta(days=13)
    assert trend.points[0].x == 964.29


def test_a_day_after_today_by_another_clock_is_still_inside() -> None:
    trend = charts.trend(days((1, 1, 3.0)), MONDAY, FIVE)
    assert trend is not None
    assert trend.last == MONDAY + timedelta(days=1)
    assert trend.points[-1].x < charts.WIDTH


def test_seven_days_weigh_each_day_by_its_answers() -> None:
    series = days((0, 100, -100.0), (1, 1, 100.0), (7, 3, 0.0))
    assert charts.rolling(series, MONDAY + timedelta(days=7)) == pytest.approx(25.0)
    assert charts.rolling(series, MONDAY + timedelta(days=1)) == pytest.approx(-9900 / 101)


def test_seven_days_are_the_score_of_all_their_answers() -> None:
    given = [{10: 3, 0: 1}, {8: 2, 6: 5}]
    scores = [nps(one) for one in given]
    series = [
        Day(MONDAY + timedelta(days=after), score.n, score.value)
        for after, score in enumerate(scores)
    ]
    pooled = nps({10: 3, 0: 1, 8: 2, 6: 5}).value
    assert charts.rolling(series, MONDAY + timedelta(days=1)) == pytest.approx(pooled)


def test_the_line_breaks_over_a_week_without_answers() -> None:
    today = MONDAY + timedelta(days=13)
    together = charts.trend(days((0, 1, 3.0), (6, 1, 3.0)), today, FIVE)
    apart = charts.trend(days((0, 1, 3.0), (7, 1, 3.0)), today, FIVE)
    assert together is not None
    assert apart is not None
    assert together.line.count("M") == 1
    assert apart.line.count("M") == 2


def test_grid_lines_go_from_end_to_end() -> None:
    trend = charts.trend(days((0, 1, 3.0)), MONDAY, FIVE)
    assert trend is not None
    assert trend.grid == (0.0, 25.0, 50.0, 75.0, 100.0)
