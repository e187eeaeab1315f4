"""What the answers to one question say, from how many gave each."""

from collections.abc import Mapping
from typing import Any

from sayso_server.questionnaire.kinds.choice import ids_of, offered
from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.servqual import PERCEPTION, rows_of
from sayso_server.scoring.distribution import Distribution
from sayso_server.scoring.gaps import Gap, gap
from sayso_server.scoring.parts import Part, QuestionResult, means, shares
from sayso_server.scoring.result import Scale

Question = Mapping[str, Any]
Given = Mapping[str, Distribution]

AGREED = "agreed"


def result(question: Question, given: Given, gaps: Given | None = None) -> QuestionResult:
    """The result of a question that is no score. `given` has, by the parts of its answers, how many
    gave each value; the part without a name tells how many answered. `gaps` has, by the rows of a
    perception, how many it left so far from what they expected."""
    whole = given.get("", {})
    n = sum(whole.values())
    parts = _parts(question, given, n)
    return QuestionResult(question["id"], question["kind"], n, parts, _gaps(question, gaps or {}))


def perceives(question: Question) -> bool:
    """Whether its ratings are held against what was expected."""
    return question.get("servqual") == PERCEPTION


def _gaps(question: Question, counted: Given) -> tuple[Gap, ...]:
    if not perceives(question):
        return ()
    reach = points(question) - 1
    return tuple(gap(row, counted.get(row, {}), reach) for row in parts_of(question))


def parts_of(question: Question) -> list[str]:
    """The names of the parts that are counted one by one."""
    match question["kind"]:
        case "choice":
            return offered(question)
        case "ranking":
            return ids_of(question["options"])
        case "matrix":
            return ids_of(rows_of(question))
        case _:
            return []


def _parts(question: Question, given: Given, n: int) -> tuple[Part, ...]:
    names = parts_of(question)
    match question["kind"]:
        case "choice":
            return shares(n, {one: given.get(one, {}).get(1, 0) for one in names}, names)
        case "ranking":
            return means(given, names, Scale(1, len(names)))
        case "matrix":
            return means(given, names, Scale(1, points(question)))
        case "consent":
            return shares(n, {AGREED: given.get("", {}).get(1, 0)}, [AGREED])
        case _:
            return ()
