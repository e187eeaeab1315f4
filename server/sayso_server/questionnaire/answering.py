"""Whether answers fit the questions they were given to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sayso_server.errors import Invalid
from sayso_server.questionnaire.templates import LONGEST_COMMENT, SCALES


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one question: a number of its scale, or a text."""

    question: str
    kind: str
    value: int | None = None
    text: str | None = None


def check(definition: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """The answers, each fit for its question; one answer a question, the last one given.

    Raises Invalid naming each answer that does not fit.
    """
    kinds = {question["id"]: question["kind"] for question in definition["questions"]}
    fit: dict[str, Answer] = {}
    errors: dict[str, list[str]] = {}
    for place, one in enumerate(given):
        kind = kinds.get(one["question"])
        if kind is None:
            errors[f"answers.{place}.question"] = ["The survey has no such question."]
            continue
        problem = _problem(kind, one["value"])
        if problem:
            errors[f"answers.{place}.value"] = [problem]
        else:
            fit[one["question"]] = _answer(one["question"], kind, one["value"])
    if errors:
        raise Invalid("Some answers do not fit their questions.", errors=errors)
    return list(fit.values())


def _problem(kind: str, value: Any) -> str | None:
    if kind == "comment":
        if not isinstance(value, str):
            return "Send a text."
        if len(value) > LONGEST_COMMENT:
            return f"Is longer than {LONGEST_COMMENT} characters; shorten it."
        return None
    low, high = SCALES[kind]
    if type(value) is not int or not low <= value <= high:
        return f"Send a whole number from {low} to {high}."
    return None


def _answer(question: str, kind: str, value: Any) -> Answer:
    if kind == "comment":
        return Answer(question, kind, text=value.strip())
    return Answer(question, kind, value=value)
