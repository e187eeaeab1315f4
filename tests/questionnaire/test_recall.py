"""Placeholders for answers and properties of the event."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.questionnaire.recall import filled, problems, repeats


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("{event.total|it}", {"total": 99}, "99"),
        ("{event.total|it}", {"total": 99.5}, "99.5"),
        ("{event.total|it}", {}, "it"),
        ("{event.total}", {}, ""),
        ("{event.total|it}", {"total": ""}, "it"),
        ("{event.total|it}", {"total": True}, "it"),
        ("{event.total|it}", {"total": ["a"]}, "it"),
        ("How was {event.item|your order}?", {"item": " Tea "}, "How was Tea?"),
        ("{name} {answer} {event.} {{x}} ${y}", {}, "{name} {answer} {event.} {{x}} ${y}"),
        ("{event.a|{event.b|c}}", {"b": "B"}, "{event.a|B}"),
    ],
)
def test_a_property_of_the_event_is_filled_in(
    text: str, event: dict[str, Any], expected: str
) -> None:
    assert filled(text, event) == expected


def test_an_answer_is_filled_in_by_the_page() -> None:
    assert filled("You chose {answer.tea|it}, {event.who|friend}.", {"who": "Ada"}) == {
        "parts": ["You chose ", {"answer": "tea", "or": "it"}, ", Ada."]
    }


@given(st.text())
def test_a_propertys_value_is_never_read_as_a_placeholder(value: str) -> None:
    brought = filled("{event.x|}", {"x": "{answer.secret|}" + value})
    assert isinstance(brought, str)
    assert brought.startswith("{answer.secret|}")


def test_a_long_property_is_cut() -> None:
    assert len(filled("{event.x}", {"x": "a" * 5_000})) == 200


def test_every_text_of_a_question_is_filled_in_but_no_address() -> None:
    told = {"title": "{event.x}", "options": [{"label": "{event.x}"}], "url": "https://{event.x}"}
    assert filled(told, {"x": "1"}) == {
        "title": "1",
        "options": [{"label": "1"}],
        "url": "https://{event.x}",
    }


def test_the_language_id_is_not_taken_for_a_field() -> None:
    assert repeats([{"title": {"id": "{event.total}"}}], "event")
    assert not repeats([{"title": {"id": "{event.total}"}}], "answer")


QUESTIONS: list[dict[str, Any]] = [
    {"id": "score", "kind": "nps"},
    {"id": "rows", "kind": "matrix", "title": {"en": "Rate"}},
    {"id": "why", "kind": "text", "title": {"en": "Why {answer.score|that}?"}},
]
BY_EVENT = {"event": "paid"}


def test_an_earlier_answer_may_be_repeated() -> None:
    assert problems(QUESTIONS, {"title": {"en": "{answer.why|}"}}, BY_EVENT) == {}


@pytest.mark.parametrize(
    ("text", "trigger", "said"),
    [
        ("{answer.nobody|x}", BY_EVENT, "there are score"),
        ("{answer.why|x}", BY_EVENT, "there are score"),
        ("{answer.rows|x}", BY_EVENT, "no earlier answer in a few words"),
        ("{event.total|x}", {"kind": "page_view"}, "no event starts the survey; remove it"),
    ],
)
def test_a_placeholder_that_can_never_be_filled_in_is_refused(
    text: str, trigger: dict[str, Any], said: str
) -> None:
    questions = [*QUESTIONS[:2], {**QUESTIONS[2], "title": {"en": text}}]
    (message,) = problems(questions, {}, trigger)["questions.2"]
    assert said in message
