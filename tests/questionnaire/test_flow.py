"""The flow of a survey: rendered for a person, and rejected if a branch leads nowhere."""

from typing import Any

import pytest

from sayso_server.decision.conditions import Clock
from sayso_server.questionnaire.flow import problems, ways
from sayso_server.questionnaire.known import LONG_AGO, NOBODY, Respondent

COLOURS = [{"id": name, "label": {"en": name}} for name in ("red", "blue")]
PRO = [{"property": "plan", "op": "eq", "value": "pro"}]


def asked(*then: dict[str, Any], kind: str = "nps", **more: Any) -> list[dict[str, Any]]:
    """A first question with these branches, and two more questions."""
    first = {"id": "first", "kind": kind, "then": list(then), **more}
    return [first, {"id": "second", "kind": "text"}, {"id": "third", "kind": "text"}]


def when(**answer: Any) -> dict[str, Any]:
    return {"when": {"answer": answer}}


def drawn(questions: list[dict[str, Any]], known: Respondent = NOBODY) -> list[dict[str, Any]]:
    return ways(questions[0], questions, known)


def found(questions: list[dict[str, Any]]) -> dict[str, list[str]]:
    return problems(questions)


@pytest.mark.parametrize(
    ("kind", "more", "group", "least", "most"),
    [
        ("nps", {}, "detractor", 0, 6),
        ("nps", {}, "passive", 7, 8),
        ("nps", {}, "promoter", 9, 10),
        ("csat", {}, "negative", 1, 2),
        ("csat", {"scale": 7}, "positive", 6, 7),
        ("csat", {"look": "thumbs"}, "negative", 1, 1),
        ("ces", {}, "hard", 4, 5),
        ("ces", {"scale": 7}, "hard", 1, 3),
    ],
)
def test_a_group_of_answers_is_sent_as_its_bounds(
    kind: str, more: dict[str, Any], group: str, least: int, most: int
) -> None:
    questions = asked({**when(group=group), "go": "third"}, kind=kind, **more)
    assert drawn(questions) == [{"of": "first", "least": least, "most": most, "go": 2}]
    assert found(questions) == {}


def test_other_conditions_on_an_answer_are_sent_unchanged() -> None:
    questions = asked({**when(any_of=["red"]), "go": "third"}, kind="choice", options=COLOURS)
    assert drawn(questions) == [{"of": "first", "any": ["red"], "go": 2}]
    bounds = asked({**when(at_least=2, at_most=3), "go": "end"}, {"go": "second"})
    assert drawn(bounds) == [{"of": "first", "least": 2, "most": 3, "go": 3}, {"go": 1}]
    skipped = asked({**when(given=False), "go": "end"}, kind="text")
    assert drawn(skipped) == [{"of": "first", "given": False, "go": 3}]


def test_a_condition_on_attributes_is_evaluated_before_it_is_sent() -> None:
    questions = asked({"when": {"attributes": PRO}, "go": "third"})
    assert drawn(questions, Respondent(attributes={"plan": "pro"})) == [{"go": 2}]
    assert drawn(questions, Respondent(attributes={"plan": "free"})) == []
    assert drawn(questions) == []


def test_a_relative_date_counts_from_now() -> None:
    since = [{"property": "since", "op": "in_last_days", "value": 7}]
    questions = asked({"when": {"attributes": since}, "go": "third"})
    week = Clock(LONG_AGO.now.replace(year=2026, month=3, day=8))
    for day, expected in (("2026-03-02", [{"go": 2}]), ("2026-02-02", [])):
        assert drawn(questions, Respondent(attributes={"since": day}, clock=week)) == expected


def test_a_way_to_a_question_that_is_not_asked_ends_the_survey() -> None:
    first, second, _ = asked({"go": "third"})
    assert ways(first, [first, second], NOBODY) == [{"go": 2}]


@pytest.mark.parametrize(
    ("questions", "field", "said"),
    [
        (asked({"go": "nowhere"}), "questions.0.then.0.go", "choose one of second, third, end"),
        (asked({"go": "first"}), "questions.0.then.0.go", "leads to no later question"),
        (
            asked({**when(of="third", given=True), "go": "end"}),
            "questions.0.then.0.when.answer.of",
            "is not answered by then; choose one of first",
        ),
        (
            asked({**when(group="easy"), "go": "end"}),
            "questions.0.then.0.when.answer.group",
            "choose one of detractor, passive, promoter",
        ),
        (
            asked({**when(at_least=3), "go": "end"}, kind="text"),
            "questions.0.then.0.when.answer.at_least",
            "`first` is no score",
        ),
        (
            asked({**when(any_of=["red"]), "go": "end"}),
            "questions.0.then.0.when.answer.any_of",
            "`first` has no options",
        ),
        (
            asked({**when(any_of=["red", "green"]), "go": "end"}, kind="choice", options=COLOURS),
            "questions.0.then.0.when.answer.any_of",
            "choose from red, blue",
        ),
        (asked({"go": "third"}), "questions.1", "is never reached"),
        (asked({"go": "end"}), "questions.2", "is never reached"),
        (asked({"go": "third"}, {"go": "second"}), "questions.1", "is never reached"),
        (asked({**when(at_most=6), "go": "third"}, {"go": "end"}), "questions.1", "never reached"),
    ],
)
def test_a_way_that_leads_nowhere_is_refused_with_its_field(
    questions: list[dict[str, Any]], field: str, said: str
) -> None:
    assert said in " ".join(found(questions)[field])
    assert field.count(".") == 1 or set(found(questions)) == {field}


def test_a_conditional_way_leaves_the_next_question_reachable() -> None:
    assert found(asked({**when(at_most=6), "go": "third"})) == {}
    assert found(asked({"when": {"attributes": PRO}, "go": "end"})) == {}
