"""A link that the visitor may follow; the answer records the click."""

from collections.abc import Sequence
from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Problems,
    Question,
    Reader,
    Unfit,
    always,
)
from sayso_server.questionnaire.links import url_problems


def _render(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "label": reader.text(question["label"]),
        "url": question["url"],
    }


def _read(_: Question, given: Given) -> tuple[Part, ...]:
    if given.value is not True:
        raise Unfit("Send true when the link was followed.")
    return (Part(1),)


def _recall(_: Question, __: Sequence[Part]) -> Given:
    return Given(value=True)


def _problems(question: Question) -> Problems:
    return {"url": url_problems(question["url"])}


LINK = Kind(
    _render,
    _read,
    _recall,
    frozenset({"label", "url"}),
    needed=frozenset({"title", "label", "url"}),
    further=always,
    problems=_problems,
)
