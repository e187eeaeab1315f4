"""Templates: the founding articles' three questions, each with the open one beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

SCORES = ("nps", "csat", "ces")


def questions(template: str) -> list[dict[str, Any]]:
    """The questions of a template: one score, then why."""
    return [{"id": "score", "kind": template}, {"id": "comment", "kind": "comment"}]


def score_of(asked: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The question whose answers are the survey's score; None where it has none."""
    return next((question for question in asked if question["kind"] in SCORES), None)
