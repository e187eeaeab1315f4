"""What was said to the questions that are no score, as a survey's page shows it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sayso_server.dashboard import wording
from sayso_server.questionnaire.gaps import pair_of
from sayso_server.scoring.enough import MINIMUM_ANSWERS
from sayso_server.scoring.gaps import Gap
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
class GapRow:
    """What was expected, what was met, and the gap of those who said both. `interval`: in words
    where they are not enough."""

    label: str
    expected: str
    met: str
    gap: str
    interval: str
    n: str


@dataclass(frozen=True)
class Said:
    """A question with its rows; none where only the number who answered is known. `gaps`: where it
    is held against what was expected."""

    id: str
    title: str
    answered: str
    heading: str
    rows: tuple[Row, ...]
    gaps: tuple[GapRow, ...] = ()


def said(
    question: Question, result: QuestionResult, expected: QuestionResult | None = None
) -> Said:
    """The question as it was asked (rendered in the page's language) with its result. `expected`:
    the result of what it is held against, where there is such a question."""
    labels = _labels(question)
    return Said(
        result.id,
        question["title"],
        _answered(result.n),
        HEADINGS.get(result.kind, ""),
        tuple(_row(labels.get(part.id, part.id), part, result) for part in result.parts),
        _gaps(labels, result, expected) if expected else (),
    )


def expectations(
    questions: Sequence[Question], results: Sequence[QuestionResult]
) -> dict[str, QuestionResult]:
    """The result of what was expected, by the id of the question that asks what was met."""
    pair = pair_of(questions)
    by_id = {one.id: one for one in results}
    return {pair.perception: by_id[pair.expectation]} if pair else {}


def _gaps(
    labels: Mapping[str, str], met: QuestionResult, expected: QuestionResult
) -> tuple[GapRow, ...]:
    mean_expected = {part.id: part.value for part in expected.parts}
    mean_met = {part.id: part.value for part in met.parts}
    return tuple(
        GapRow(
            labels.get(one.id, one.id),
            wording.mean(mean_expected.get(one.id)),
            wording.mean(mean_met.get(one.id)),
            wording.difference(one.value),
            _how_sure(one),
            wording.number(one.n),
        )
        for one in met.gaps
    )


def _how_sure(gap: Gap) -> str:
    if gap.missing:
        return f"not enough yet: about {wording.number(gap.missing)} more"
    if gap.interval is None:
        return "no interval: all are alike"
    return wording.span(gap.interval, wording.difference)


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
