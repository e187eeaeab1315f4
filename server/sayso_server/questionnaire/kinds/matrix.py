"""Several rows rated on one scale."""

from collections.abc import Sequence
from typing import Any

from sayso_server.questionnaire.kinds.choice import ids_of, same_ids
from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Problems,
    Question,
    Reader,
    Unfit,
    always,
    named,
    several,
)
from sayso_server.questionnaire.servqual import DIMENSIONS, rows_of

USUAL = 5  # points of the scale by default


def points(question: Question) -> int:
    """How many points the scale has; they are numbered from 1."""
    scale: int = question.get("scale", USUAL)
    return scale


def _render(question: Question, reader: Reader) -> dict[str, Any]:
    own = reader.texts.agreement
    return {
        "title": reader.text(question.get("title"), _built_in(reader, question.get("servqual"))),
        "rows": [
            {"id": row["id"], "label": reader.text(row.get("label"), _built_in(reader, row["id"]))}
            for row in rows_of(question)
        ],
        "scale": points(question),
        "low": reader.text(question.get("low"), own.low),
        "high": reader.text(question.get("high"), own.high),
    }


def _built_in(reader: Reader, name: str | None) -> str:
    return getattr(reader.texts.servqual, name or "", "")


def _read(question: Question, given: Given) -> tuple[Part, ...]:
    rows, last = ids_of(rows_of(question)), points(question)
    rated = given.value
    if not isinstance(rated, dict) or not all(row in rows for row in rated):
        raise Unfit(f"Send a number for each row: {', '.join(rows)}.")
    if not all(type(value) is int and 1 <= value <= last for value in rated.values()):
        raise Unfit(f"Send whole numbers from 1 to {last}.")
    return several(Part(rated[row], name=row) for row in rows if row in rated)


def _is_whole(question: Question, parts: Sequence[Part]) -> bool:
    return len(named(parts)) == len(rows_of(question))


def _recall(_: Question, parts: Sequence[Part]) -> Given:
    return Given({part.name: part.value for part in named(parts)})


def _problems(question: Question) -> Problems:
    rows = rows_of(question)
    problems = same_ids(rows)
    if "servqual" in question and not set(ids_of(rows)) <= set(DIMENSIONS):
        problems.append(f"SERVQUAL's rows have the ids {', '.join(DIMENSIONS)}; use these.")
    return {"rows": problems}


def _built_in_fields(question: Question) -> frozenset[str]:
    return frozenset({"title", "rows"} if "servqual" in question else ())


MATRIX = Kind(
    _render,
    _read,
    _recall,
    frozenset({"rows", "scale", "low", "high", "servqual"}),
    needed=frozenset({"title", "rows"}),
    further=always,
    enough=_is_whole,
    problems=_problems,
    built_in=_built_in_fields,
)
