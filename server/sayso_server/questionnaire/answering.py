"""Check that answers fit their questions."""

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
    """A checked answer to one question. `scale`: the last point of the scale, None for the usual
    scale. `pair`: set if the question belongs to a SERVQUAL pair, whose answers give a gap."""

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
    """The checked answers, one for each question; a later answer replaces an earlier answer. Null
    removes an answer and has no parts. `insisting`: a required answer cannot be removed.

    Raises Invalid naming each answer that does not fit.
    """
    questions = {question["id"]: question for question in definition["questions"]}
    pair = gaps.pair_of(definition["questions"])
    answers: dict[str, Answer] = {}
    errors: dict[str, list[str]] = {}
    for index, answer in enumerate(given):
        question = questions.get(answer["question"])
        if question is None:
            errors[f"answers.{index}.question"] = ["The survey has no such question."]
            continue
        try:
            parts = _read(question, Given(answer["value"], answer.get("text", "")))
            _insist(question, parts, taken_back=answer["value"] is None and not insisting)
        except Unfit as unfit:
            errors[f"answers.{index}.value"] = [str(unfit)]
        else:
            answers[question["id"]] = Answer(
                question["id"],
                question["kind"],
                parts,
                scale_of(question),
                pair if pair and question["id"] in pair else None,
            )
    if errors:
        raise Invalid("Some answers do not fit their questions.", errors=errors)
    return list(answers.values())


def _read(question: Mapping[str, Any], given: Given) -> tuple[Part, ...]:
    return () if given.value is None else KINDS[question["kind"]].read(question, given)


def _insist(question: Mapping[str, Any], parts: Sequence[Part], *, taken_back: bool) -> None:
    """Raises Unfit if a required question is not fully answered."""
    required = question.get("required") and not taken_back
    if required and not KINDS[question["kind"]].enough(question, parts):
        raise Unfit(MUST_BE_ANSWERED)


def put_together(
    definition: Mapping[str, Any], parts_of: Mapping[str, Sequence[Part]]
) -> list[dict[str, Any]]:
    """The answers as they were given, from their stored parts by question, in the survey's
    order."""
    answers = []
    for question in definition["questions"]:
        parts = parts_of.get(question["id"])
        if parts:
            given = KINDS[question["kind"]].recall(question, parts)
            text = {"text": given.text} if given.text else {}
            answers.append({"question": question["id"], "value": given.value, **text})
    return answers


def with_gaps(
    given: Sequence[Answer], earlier: Mapping[tuple[str, str], int | None]
) -> Sequence[Answer]:
    """The answers, and the gaps between the two answers of a SERVQUAL pair. `earlier`: values that
    are already stored, by question and part."""
    pair = next((answer.pair for answer in given if answer.pair), None)
    if pair is None:
        return given
    parts_of = {answer.question: answer.parts for answer in given}

    def rated(question: str) -> dict[str, int]:
        if question in parts_of:
            values = {part.name: part.value for part in parts_of[question]}
        else:
            values = {part: value for (of, part), value in earlier.items() if of == question}
        return {row: value for row, value in values.items() if value is not None}

    differences = gaps.differences(rated(pair.expectation), rated(pair.perception))
    return [*given, Answer(gaps.ID, gaps.KIND, differences, pair.scale)]
