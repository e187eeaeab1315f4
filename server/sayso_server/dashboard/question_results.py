"""The answers to questions without a score, as a survey's page shows them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sayso_server.dashboard import wording
from sayso_server.questionnaire.gaps import pair_of
from sayso_server.scoring.enough import MINIMUM_ANSWERS
from sayso_server.scoring.gaps import Gap
from sayso_server.scoring.parts import PartResult, QuestionResult

Question = Mapping[str, Any]

HEADINGS = {
    "choice": "chose it, of all who answered",
    "consent": "agreed, of all who answered",
    "matrix": "mean rating; higher is more",
    "ranking": "mean place; 1 is first",
}


@dataclass(frozen=True)
class Row:
    """An option, row or field. `interval` is "–" without enough answers; `filled` is the length of
    the bar in percent."""

    label: str
    value: str
    n: str
    interval: str
    filled: float


@dataclass(frozen=True)
class GapRow:
    """The expectation, the perception, and the gap of the people who rated both. `interval` is a
    phrase if they are too few."""

    label: str
    expected: str
    met: str
    gap: str
    interval: str
    n: str


@dataclass(frozen=True)
class QuestionResults:
    """A question with its rows; no rows if only the number of answers is known. `gaps`: only for
    SERVQUAL's perception question."""

    id: str
    title: str
    answered: str
    heading: str
    rows: tuple[Row, ...]
    gaps: tuple[GapRow, ...] = ()


def question_results(
    question: Question, result: QuestionResult, expected: QuestionResult | None = None
) -> QuestionResults:
    """The question, rendered in the page's language, with its result. `expected` is the result of
    SERVQUAL's expectation question, if there is one."""
    labels = _labels(question)
    return QuestionResults(
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
    """The result of SERVQUAL's expectation question, by the id of its perception question."""
    pair = pair_of(questions)
    by_id = {result.id: result for result in results}
    return {pair.perception: by_id[pair.expectation]} if pair else {}


def _gaps(
    labels: Mapping[str, str], met: QuestionResult, expected: QuestionResult
) -> tuple[GapRow, ...]:
    mean_expected = {part.id: part.value for part in expected.parts}
    mean_met = {part.id: part.value for part in met.parts}
    return tuple(
        GapRow(
            labels.get(gap.id, gap.id),
            wording.mean(mean_expected.get(gap.id)),
            wording.mean(mean_met.get(gap.id)),
            wording.difference(gap.value),
            _interval(gap),
            wording.number(gap.n),
        )
        for gap in met.gaps
    )


def _interval(gap: Gap) -> str:
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
    built_in = {name: question[name] for name in ("other", "none") if name in question}
    agreed = {"agreed": question["label"]} if question["kind"] == "consent" else {}
    return {**{entry["id"]: entry["label"] for entry in listed}, **built_in, **agreed}


def _row(label: str, part: PartResult, of: QuestionResult) -> Row:
    text = wording.percent if part.measured == "share" else wording.mean
    interval = part.interval if of.n >= MINIMUM_ANSWERS else None
    span = wording.span(interval, text) if interval else wording.NOTHING
    return Row(label, text(part.value), wording.number(part.n), span, _filled(part, of.kind))


def _filled(part: PartResult, kind: str) -> float:
    if part.value is None:
        return 0
    if part.distribution is None:
        return round(part.value, 2)
    lowest, highest = min(part.distribution), max(part.distribution)
    fraction = (part.value - lowest) / (highest - lowest)
    return round(100 * (1 - fraction if kind == "ranking" else fraction), 2)
