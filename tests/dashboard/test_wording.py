"""The sentences on the dashboard."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sayso_server.dashboard import wording
from sayso_server.scoring import score
from sayso_server.scoring.interval import Interval
from sayso_server.storage.surveys import surveys


@pytest.mark.parametrize(
    ("value", "text"),
    [(42.4, "+42"), (-7.0, "−7"), (0.0, "0"), (-0.4, "0"), (100.0, "+100"), (None, "–")],
)
def test_points_carry_their_sign(value: float | None, text: str) -> None:
    assert wording.points(value) == text


@pytest.mark.parametrize(("value", "text"), [(4.314, "4.31"), (5.0, "5.00"), (None, "–")])
def test_means_have_two_places(value: float | None, text: str) -> None:
    assert wording.mean(value) == text


def test_a_score_is_in_points_or_a_mean_by_its_kind() -> None:
    assert wording.of_kind("nps", 4.0) == "+4"
    assert wording.of_kind("csat", 4.0) == wording.of_kind("ces", 4.0) == "4.00"


def test_every_state_of_a_survey_has_a_word() -> None:
    assert set(wording.STATES) == {surveys.DRAFT, surveys.LIVE, surveys.PAUSED, surveys.ENDED}


def test_rates_are_percent_and_nothing_of_nothing_is_no_rate() -> None:
    assert wording.ratio(1 / 3) == "33%"
    assert wording.ratio(None) == "–"


def test_one_answer_is_not_answers() -> None:
    assert wording.counted(1, "answer") == "1 answer"
    assert wording.counted(0, "answer") == "0 answers"
    assert wording.counted(1204, "answer") == "1,204 answers"


def test_the_verdict_is_an_interval_only_when_there_are_enough() -> None:
    assert wording.verdict(0, None, 30) == "No answers yet"
    assert wording.verdict(1, "1 to 2", 29) == "Not enough yet — about 29 more answers"
    assert wording.verdict(29, "1 to 2", 1) == "Not enough yet — about 1 more answer"
    assert wording.verdict(40, "+31 to +52", None) == "95% interval +31 to +52"


def test_in_a_list_the_verdict_is_brief() -> None:
    assert wording.briefly(score("nps", {})) == "no answers yet"
    assert wording.briefly(score("ces", {2: 1})) == "not enough yet: about 29 more"
    few = score("nps", {10: 29})
    assert few.interval is not None
    assert wording.briefly(few) == f"not enough yet: about {few.missing} more"
    assert wording.briefly(score("nps", {10: 900})) == "+99 to +100"


def test_answers_all_alike_have_no_interval_however_many() -> None:
    assert wording.briefly(score("csat", {5: 30})) == "no interval: all answers are alike"
    assert wording.verdict(30, None, 1) == "No interval: all answers are alike"
    assert wording.verdict(29, None, 1) == "Not enough yet — about 1 more answer"


def test_a_span_reads_from_low_to_high() -> None:
    assert wording.span(Interval(-5, 12), wording.points) == "−5 to +12"


def test_the_direction_is_said() -> None:
    assert wording.direction("higher_is_better") == "Higher is better"
    assert wording.direction("lower_is_better") == "Lower is better"


@pytest.mark.parametrize(
    ("value", "group"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")],
)
def test_an_nps_answer_belongs_to_a_group(value: int, group: str) -> None:
    assert wording.group(value) == group


def test_a_value_is_shown_in_the_words_the_respondent_read() -> None:
    csat = {"kind": "csat", "names": ["awful", "bad", "so-so", "good", "great"]}
    ces = {"kind": "ces", "low": "easy", "high": "hard"}
    nps = {"kind": "nps", "low": "never", "high": "surely"}
    assert [wording.words(csat, value) for value in (1, 5)] == ["awful", "great"]
    assert [wording.words(ces, value) for value in (1, 3, 5)] == ["easy", "", "hard"]
    assert [wording.words(nps, value) for value in (0, 5, 10)] == ["never", "", "surely"]


def test_beside_a_comment_stands_what_its_score_means() -> None:
    assert wording.beside({"kind": "nps"}, 9) == "Promoter"
    assert wording.beside({"kind": "ces", "low": "easy", "high": "hard"}, 3) == "of 5"


def test_times_are_utc_and_say_so() -> None:
    there = datetime(2026, 3, 3, 1, 5, tzinfo=timezone(timedelta(hours=8)))
    assert wording.moment(there) == "2 Mar 2026, 17:05 UTC"
    assert wording.moment(datetime(2026, 11, 22, 6, 43, tzinfo=UTC)) == "22 Nov 2026, 06:43 UTC"
    assert wording.short_day(date(2026, 3, 2)) == "2 Mar"
