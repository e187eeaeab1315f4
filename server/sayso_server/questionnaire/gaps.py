"""SERVQUAL gaps of one person: perception − expectation, computed once both are answered.

The gap is stored as an answer, because paired differences cannot be computed from the counts of
each rating. As an answer, the gap is withdrawn, erased and exported like any other answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.servqual import EXPECTATION, PERCEPTION, ROLES, ratings

KIND = "gap"
ID = "servqual:gap"
"""Question ids contain no colon, so no question can have this id."""


class Pair(NamedTuple):
    """The ids of the two questions, and the last point of their scale."""

    expectation: str
    perception: str
    scale: int


def pair_of(asked: Sequence[Mapping[str, Any]]) -> Pair | None:
    """The pair among a survey's questions; None if it has none."""
    by_role = ratings(asked)
    if len(by_role) < len(ROLES):
        return None
    expectation, perception = by_role[EXPECTATION], by_role[PERCEPTION]
    return Pair(expectation["id"], perception["id"], points(perception))


def differences(expected: Mapping[str, int], perceived: Mapping[str, int]) -> tuple[Part, ...]:
    """Perception − expectation of each row that was rated in both questions."""
    both = [row for row in perceived if row and row in expected]
    return tuple(Part(perceived[row] - expected[row], name=row) for row in both)
