"""How far a service fell short of what one person expected, counted when both are said.

The gap is kept as an answer of its own: the paired differences cannot be had from how many gave
each rating, and what is kept is taken back, erased and exported as every answer is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.servqual import EXPECTATION, PERCEPTION, ROLES, ratings

KIND = "gap"
ID = "servqual:gap"
"""No question of a survey has such an id."""


class Pair(NamedTuple):
    """The ids of the two questions, and the last point of their scale."""

    expectation: str
    perception: str
    scale: int


def pair_of(asked: Sequence[Mapping[str, Any]]) -> Pair | None:
    """The pair among a survey's questions; None where it asks none."""
    found = ratings(asked)
    if len(found) < len(ROLES):
        return None
    expectation, perception = found[EXPECTATION], found[PERCEPTION]
    return Pair(expectation["id"], perception["id"], points(perception))


def differences(expected: Mapping[str, int], perceived: Mapping[str, int]) -> tuple[Part, ...]:
    """Perception − expectation of each row that was rated twice."""
    both = [row for row in perceived if row and row in expected]
    return tuple(Part(perceived[row] - expected[row], name=row) for row in both)
