"""The results of one question that is not a score, from the counts of its answers."""

from collections.abc import Mapping
from typing import Any

from sayso_server.questionnaire.kinds.choice import ids_of, offered
from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.servqual import PERCEPTION, rows_of
from sayso_server.scoring.distribution import Distribution
from sayso_server.scoring.gaps import Gap, gap
from sayso_server.scoring.parts import PartResult, QuestionResult, means, shares
from sayso_server.scoring.result import Scale

Question = Mapping[str, Any]
Counts = Mapping[str, Distribution]  # by part: value → how many gave it

AGREED = "agreed"


def result(question: Question, counts: Counts, gaps: Counts | None = None) -> QuestionResult:
    """The result of a question. The part of `counts` without a name counts the people who answered.
    `gaps`: for a SERVQUAL perception, by row, how many people had each difference."""
    n = sum(counts.get("", {}).values())
    parts = _parts(question, counts, n)
    return QuestionResult(question["id"], question["kind"], n, parts, _gaps(question, gaps or {}))


def perceives(question: Question) -> bool:
    """Whether this is the SERVQUAL question whose ratings are compared with the expectation."""
    return question.get("servqual") == PERCEPTION


def _gaps(question: Question, counts: Counts) -> tuple[Gap, ...]:
    if not perceives(question):
        return ()
    reach = points(question) - 1
    return tuple(gap(row, counts.get(row, {}), reach) for row in parts_of(question))


def parts_of(question: Question) -> list[str]:
    """The names of the parts that have a result of their own."""
    match question["kind"]:
        case "choice":
            return offered(question)
        case "ranking":
            return ids_of(question["options"])
        case "matrix":
            return ids_of(rows_of(question))
        case _:
            return []


def _parts(question: Question, counts: Counts, n: int) -> tuple[PartResult, ...]:
    names = parts_of(question)
    match question["kind"]:
        case "choice":
            return shares(n, {name: counts.get(name, {}).get(1, 0) for name in names}, names)
        case "ranking":
            return means(counts, names, Scale(1, len(names)))
        case "matrix":
            return means(counts, names, Scale(1, points(question)))
        case "consent":
            return shares(n, {AGREED: counts.get("", {}).get(1, 0)}, [AGREED])
        case _:
            return ()
