"""A calendar date, within bounds if the question has them."""

from datetime import date
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
    words,
)


def _render(question: Question, reader: Reader) -> dict[str, Any]:
    bounds = {name: question[name] for name in ("earliest", "latest") if name in question}
    return {"title": reader.text(question["title"]), **bounds}


def _read(question: Question, given: Given) -> tuple[Part, ...]:
    day = _as_date(given.value)
    if day is None:
        raise Unfit("Send a date as YYYY-MM-DD.")
    earliest, latest = (_as_date(question.get(name)) for name in ("earliest", "latest"))
    if (earliest and day < earliest) or (latest and day > latest):
        raise Unfit(f"Lies outside {earliest or '…'} to {latest or '…'}.")
    return (Part(1, day.isoformat()),)


def _as_date(text: Any) -> date | None:
    """YYYY-MM-DD as a date, or None."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


def _problems(question: Question) -> Problems:
    problems: Problems = {}
    for name in ("earliest", "latest"):
        if name in question and _as_date(question[name]) is None:
            problems[name] = ["is no date; send YYYY-MM-DD"]
    earliest, latest = (_as_date(question.get(name)) for name in ("earliest", "latest"))
    if earliest and latest and earliest > latest:
        problems["latest"] = ["lies before `earliest`; exchange them"]
    return problems


DATE = Kind(
    _render,
    _read,
    words,
    frozenset({"earliest", "latest"}),
    needed=frozenset({"title"}),
    further=always,
    problems=_problems,
)
