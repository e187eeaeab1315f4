"""Results of questions without a score, in numbers and words."""

from typing import Any

import pytest

from sayso_server.dashboard.question_results import expectations, question_results
from sayso_server.questionnaire.results import result
from sayso_server.questionnaire.servqual import questions

COLOURS = [{"id": "red", "label": {"en": "Red"}}, {"id": "blue", "label": {"en": "Blue"}}]
SHOWN = [{"id": "red", "label": "Red"}, {"id": "blue", "label": "Blue"}]


def rows(question: dict[str, Any], shown: dict[str, Any], given: Any) -> Any:
    asked = {"id": "q", "title": {"en": "Well?"}, **question}
    return question_results({**asked, "title": "Well?", **shown}, result(asked, given))


def test_options_have_their_share_of_who_answered() -> None:
    found = rows(
        {"kind": "choice", "options": COLOURS, "other": True},
        {"options": SHOWN, "other": "Other"},
        {"": {1: 30, 2: 10}, "red": {1: 30}, "other": {1: 10}},
    )
    assert (found.title, found.answered) == ("Well?", "40 answers")
    assert [(row.label, row.value, row.n) for row in found.rows] == [
        ("Red", "75%", "30"),
        ("Blue", "0%", "0"),
        ("Other", "25%", "10"),
    ]
    assert [row.filled for row in found.rows] == [75, 0, 25]
    assert found.rows[0].interval == "60% to 86%"


def test_the_first_place_has_the_longest_bar() -> None:
    found = rows(
        {"kind": "ranking", "options": COLOURS},
        {"options": SHOWN},
        {"": {2: 2}, "red": {1: 2}, "blue": {2: 2}},
    )
    assert [(row.label, row.value, row.filled) for row in found.rows] == [
        ("Red", "1.00", 100),
        ("Blue", "2.00", 0),
    ]
    assert found.rows[0].interval == "–"


def test_a_row_that_nobody_rated_has_no_bar() -> None:
    found = rows(
        {"kind": "matrix", "rows": COLOURS, "scale": 7},
        {"rows": SHOWN},
        {"": {1: 2}, "red": {4: 2}},
    )
    assert [(row.value, row.filled, row.n) for row in found.rows] == [
        ("4.00", 50, "2"),
        ("–", 0, "0"),
    ]


def test_consent_says_what_was_agreed_to() -> None:
    found = rows({"kind": "consent"}, {"label": "You may write to me"}, {"": {0: 1, 1: 1}})
    assert [(row.label, row.value) for row in found.rows] == [("You may write to me", "50%")]


@pytest.mark.parametrize("kind", ["text", "date", "contact", "link", "comment"])
def test_what_cannot_be_added_up_has_no_rows(kind: str) -> None:
    found = rows({"kind": kind}, {}, {"": {1: 5}})
    assert (found.answered, found.rows) == ("5 answers (not enough yet — about 25 more)", ())


def test_an_interval_waits_until_enough_have_answered() -> None:
    question = {"kind": "choice", "options": COLOURS}
    intervals = [
        rows(question, {"options": SHOWN}, {"": {1: n}, "red": {1: n}}).rows[0].interval
        for n in (29, 30)
    ]
    assert intervals == ["–", "89% to 100%"]


def test_nobody_has_answered_yet() -> None:
    found = rows({"kind": "choice", "options": COLOURS}, {"options": SHOWN}, {})
    assert [(row.value, row.interval, row.filled) for row in found.rows] == [("–", "–", 0)] * 2


@pytest.mark.parametrize(
    ("differences", "gap", "interval"),
    [
        ({-1: 20, 0: 10}, "−0.67", "−0.85 to −0.49"),
        ({-1: 1}, "−1.00", "not enough yet: about 29 more"),
        ({2: 30}, "+2.00", "no interval: all are alike"),
        ({}, "–", "not enough yet: about 30 more"),
    ],
)
def test_what_was_met_stands_beside_what_was_expected(
    differences: dict[int, int], gap: str, interval: str
) -> None:
    expectation, perception = questions()
    expected = result(expectation, {"": {1: 2}, "empathy": {6: 1, 7: 1}})
    met = result(perception, {"": {1: 1}, "empathy": {4: 1}}, {"empathy": differences})
    rows = [{"id": "empathy", "label": "Understands me"}]
    held = expectations([expectation, perception], [expected, met])
    found = question_results({**perception, "title": "Met?", "rows": rows}, met, held["perception"])
    row = found.gaps[-1]
    assert (row.label, row.expected, row.met) == ("Understands me", "6.50", "4.00")
    assert (row.gap, row.interval) == (gap, interval)
