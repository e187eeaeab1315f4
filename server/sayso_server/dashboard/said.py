"""What was said to the questions that are no score, as a survey's page shows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sayso_server.dashboard import wording
from sayso_server.scoring.enough import MINIMUM_ANSWERS
from sayso_server.scoring.parts import Part, QuestionResult

Question = Mapping[str, Any]

HEADINGS = {
    "choice": "chose it, of all who answered",
    "consent": "agreed, of all who answered",
    "matrix": "mean rating; higher is more",
    "ranking": "mean place; 1 is first",
}


@dataclass(frozen=True)
class Row:
    """An option, row or field. `interval` only where enough have answered; `filled`: how long the
    bar is, percent."""

    label: str
    value: str
    n: str
    interval: str
    filled: float


@dataclass(frozen=True)
class Said:
    """A question with its rows; none where only the number who answered is known."""

    id: str
    title: str
    answered: str
    heading: str
    rows: tuple[Row, ...]


def said(question: Question, result: QuestionResult) -> Said:
    """The question as it was asked (rendered in the page's language) with its result."""
    labels = _labels(question)
    return Said(
        result.id,
        question["title"],
        _answered(result.n),
        HEADINGS.get(result.kind, ""),
        tuple(_row(labels.get(part.id, part.id), part, result) for part in result.parts),
    )


def _answered(n: int) -> str:
    lacking = MINIMUM_ANSWERS - n
    enough = "" if lacking <= 0 else f" (not enough yet — about {wording.number(lacking)} more)"
    return f"{wording.counted(n, 'answer')}{enough}"


def _labels(question: Question) -> dict[str, str]:
    listed = [*question.get("options", ()), *question.get("rows", ())]
    more = {name: question[name] for name in ("other", "none") if name in question}
    agreed = {"agreed": question["label"]} if question["kind"] == "consent" else {}
    return {**{one["id"]: one["label"] for one in listed}, **more, **agreed}


def _row(label: str, part: Part, of: QuestionResult) -> Row:
    text = wording.percent if part.measured == "share" else wording.mean
    read = part.interval if of.n >= MINIMUM_ANSWERS else None
    interval = wording.span(read, text) if read else wording.NOTHING
    return Row(label, text(part.value), wording.number(part.n), interval, _filled(part, of.kind))


def _filled(part: Part, kind: str) -> float:
    if part.value is None:
        return 0
    if part.distribution is None:
        return round(part.value, 2)
    lowest, highest = min(part.distribution), max(part.distribution)
    along = (part.value - lowest) / (highest - lowest)
    return round(100 * (1 - along if kind == "ranking" else along), 2)
