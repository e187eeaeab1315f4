"""Templates: the founding articles' scores, each with an open question; and SERVQUAL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.questionnaire import servqual

SCORES = ("nps", "csat", "ces")
SERVQUAL = "servqual"
TEMPLATES = (*SCORES, SERVQUAL)


def questions(template: str) -> list[dict[str, Any]]:
    """The questions of a template: a score, then a comment; or expectation, then perception."""
    if template == SERVQUAL:
        return servqual.questions()
    return [{"id": "score", "kind": template}, {"id": "comment", "kind": "comment"}]


def score_of(asked: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The question whose answers are the survey's score; None if it has none."""
    return next((question for question in asked if question["kind"] in SCORES), None)
