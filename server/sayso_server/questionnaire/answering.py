"""Whether answers fit the questions they were given to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sayso_server.errors import Invalid
from sayso_server.questionnaire import gaps
from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.kind import Given, Part, Unfit
from sayso_server.questionnaire.kinds.scale import scale_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one question, in one part or several. `scale` is the last point of a scale
    that is not its kind's usual one; `pair` what it is one of, where a gap may come of it."""

    question: str
    kind: str
    parts: tuple[Part, ...]
    scale: int | None = None
    pair: gaps.Pair | None = None


MUST_BE_ANSWERED = "This question must be answered; send an answer."


def check(
    definition: Mapping[str, Any],
    given: Sequence[Mapping[str, Any]],
    *,
    insisting: bool = False,
) -> list[Answer]:
    """The answers, each fit for its question; one answer a question, the last one given. A null
    takes an answer back: it has no parts. `insisting`: not one that is required.

    Raises Invalid naming each answer that does not fit.
    """
    questions = {question["id"]: question for question in definition["questions"]}
    pair = gaps.pair_of(definition["questions"])
    fit: dict[str, Answer] = {}
    errors: dict[str, list[str]] = {}
    for place, one in enumerate(given):
        question = questions.get(one["question"])
        if question is None:
            errors[f"answers.{place}.question"] = ["The survey has no such question."]
            continue
        try:
            parts = _read(question, Given(one["value"], one.get("text", "")))
            _insist(question, parts, taken_back=one["value"] is None and not insisting)
        except Unfit as unfit:
            errors[f"answers.{place}.value"] = [str(unfit)]
        else:
            fit[question["id"]] = Answer(
                question["id"],
                question["kind"],
                parts,
                scale_of(question),
                pair if pair and question["id"] in pair else None,
            )
    if errors:
        raise Invalid("Some answers do not fit their questions.", errors=errors)
    return list(fit.values())


def _read(question: Mapping[str, Any], given: Given) -> tuple[Part, ...]:
    return () if given.value is None else KINDS[question["kind"]].read(question, given)


def _insist(question: Mapping[str, Any], parts: Sequence[Part], *, taken_back: bool) -> None:
    """Raises Unfit where the answer is empty or gives less than the question requires."""
    required = question.get("required") and not taken_back
    if required and not KINDS[question["kind"]].enough(question, parts):
        raise Unfit(MUST_BE_ANSWERED)


def put_together(
    definition: Mapping[str, Any], said: Mapping[str, Sequence[Part]]
) -> list[dict[str, Any]]:
    """The answers as they were given, from the parts they were kept in, in the survey's order."""
    found = []
    for question in definition["questions"]:
        parts = said.get(question["id"])
        if parts:
            given = KINDS[question["kind"]].recall(question, parts)
            beside = {"text": given.text} if given.text else {}
            found.append({"question": question["id"], "value": given.value, **beside})
    return found


def with_gaps(
    given: Sequence[Answer], earlier: Mapping[tuple[str, str], int | None]
) -> Sequence[Answer]:
    """The answers, and the gaps that now lie between the two of a pair. `earlier`: what was said
    before, by question and part."""
    pair = next((answer.pair for answer in given if answer.pair), None)
    if pair is None:
        return given
    parts_of = {answer.question: answer.parts for answer in given}

    def rated(question: str) -> dict[str, int]:
        if question in parts_of:
            said = {part.name: part.value for part in parts_of[question]}
        else:
            said = {part: value for (of, part), value in earlier.items() if of == question}
        return {row: value for row, value in said.items() if value is not None}

    found = gaps.differences(rated(pair.expectation), rated(pair.perception))
    return [*given, Answer(gaps.ID, gaps.KIND, found, pair.scale)]
