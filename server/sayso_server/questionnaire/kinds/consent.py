"""A consent: a box to tick."""

from collections.abc import Sequence
from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Question,
    Reader,
    Unfit,
    always,
)


def _render(question: Question, reader: Reader) -> dict[str, Any]:
    label = reader.text(question.get("label"), reader.texts.further.agree)
    return {"title": reader.text(question["title"]), "label": label}


def _read(_: Question, given: Given) -> tuple[Part, ...]:
    if not isinstance(given.value, bool):
        raise Unfit("Send true or false.")
    return (Part(int(given.value)),)


def _recall(_: Question, parts: Sequence[Part]) -> Given:
    return Given(bool(parts[0].value))


def _agrees(_: Question, parts: Sequence[Part]) -> bool:
    return any(part.value for part in parts)


CONSENT = Kind(
    _render,
    _read,
    _recall,
    frozenset({"label"}),
    needed=frozenset({"title"}),
    further=always,
    enough=_agrees,
)
