"""SERVQUAL: five dimensions of a service, rated as expected and as perceived.

Parasuraman, Zeithaml and Berry, "SERVQUAL: A Multiple-Item Scale for Measuring Consumer Perceptions
of Service Quality", Journal of Retailing 64 (1988): quality is perception − expectation, by
dimension, on seven points of agreement. Here each dimension has one item.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Question = Mapping[str, Any]

DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
EXPECTATION, PERCEPTION = ROLES = ("expectation", "perception")
SCALE = 7


def questions() -> list[dict[str, Any]]:
    """Both ratings; their texts are built in."""
    return [{"id": role, "kind": "matrix", "servqual": role, "scale": SCALE} for role in ROLES]


def rows_of(question: Question) -> Sequence[Question]:
    """The rows of a matrix: its own, or the dimensions."""
    rows: Sequence[Question] = question.get("rows") or [{"id": name} for name in DIMENSIONS]
    return rows


def ratings(asked: Sequence[Question]) -> dict[str, Question]:
    """The SERVQUAL questions by their role."""
    return {question["servqual"]: question for question in asked if "servqual" in question}


def problems(asked: Sequence[Question]) -> list[str]:
    """Why no gap can be computed from these questions; empty without SERVQUAL questions."""
    roles = [question["servqual"] for question in asked if "servqual" in question]
    if roles and sorted(roles) != sorted(ROLES):
        return ["SERVQUAL asks both expectation and perception, each once"]
    if len({(rating.get("scale"), _ids(rating)) for rating in ratings(asked).values()}) > 1:
        return ["SERVQUAL rates the same rows on the same scale twice"]
    return []


def _ids(question: Question) -> frozenset[str]:
    return frozenset(row["id"] for row in rows_of(question))
