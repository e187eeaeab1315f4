"""Whether two versions of a survey ask the same, so that their answers may be counted together.

Answers given to other words, on another scale or to other options are never pooled. A question that
only one of the versions asks changes nothing for the others, but the score must be asked by both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.kinds.scale import FACES, scale_of
from sayso_server.questionnaire.templates import score_of

Definition = Mapping[str, Any]
Question = Mapping[str, Any]

# What changes an answer's meaning beside words, kind and scale; each with what is meant without it.
SHOWN: dict[str, Any] = {
    "look": FACES,
    "multiple": False,
    "least": 0,
    "most": None,
    "servqual": None,
    "fields": ["email"],
}
TEXTS = ("title", "low", "high", "label", "other", "none")
LISTED = ("options", "rows", "by_score")


def comparable(earlier: Definition, later: Definition) -> bool:
    """Whether answers to both may be counted together."""
    before, after = _asked(earlier), _asked(later)
    if _score_id(earlier) != _score_id(later):
        return False
    common = before.keys() & after.keys()
    return bool(common) and all(_same_ways(before[one], after[one]) for one in common)


def _score_id(definition: Definition) -> str | None:
    score = score_of(definition["questions"])
    return score["id"] if score else None


def _asked(definition: Definition) -> dict[str, dict[str, Question]]:
    """Every question by its id, in the ways that the variants ask it."""
    asked: dict[str, dict[str, Question]] = {}
    for name, questions in _ways(definition).items():
        for question in questions:
            # A gap belongs to no question but to the two roles of SERVQUAL.
            asked.setdefault(question.get("servqual", question["id"]), {})[name] = question
    return asked


def _ways(definition: Definition) -> dict[str, Sequence[Question]]:
    variants = definition.get("variants", ())
    usual: Sequence[Question] = definition["questions"]
    return {one["name"]: one.get("questions", usual) for one in variants} or {"": usual}


def _same_ways(before: Mapping[str, Question], after: Mapping[str, Question]) -> bool:
    if _one_way(before) and _one_way(after):
        return _same(next(iter(before.values())), next(iter(after.values())))
    return before.keys() == after.keys() and all(_same(before[n], after[n]) for n in before)


def _one_way(ways: Mapping[str, Question]) -> bool:
    first, *others = ways.values()
    return all(_same(first, other) for other in others)


def _same(before: Question, after: Question) -> bool:
    return (
        before["id"] == after["id"]
        and before["kind"] == after["kind"]
        and _scale(before) == _scale(after)
        and all(before.get(name, usual) == after.get(name, usual) for name, usual in SHOWN.items())
        and all(_same_text(before.get(name), after.get(name)) for name in TEXTS)
        and _same_texts(before.get("names", ()), after.get("names", ()))
        and all(_same_list(before.get(name, ()), after.get(name, ())) for name in LISTED)
    )


def _scale(question: Question) -> int | None:
    return points(question) if question["kind"] == "matrix" else scale_of(question)


def _same_text(before: Any, after: Any) -> bool:
    """The same words in every language that both speak. A translation that came or went changes
    nothing for those who read the others; where no language is left, or a built-in text took the
    place of an own one, the words are others."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return (before or None) == (after or None)
    common = before.keys() & after.keys()
    return bool(common) and all(before[one] == after[one] for one in common)


def _same_texts(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return len(before) == len(after) and all(map(_same_text, before, after))


def _same_list(before: Sequence[Question], after: Sequence[Question]) -> bool:
    """The same options, rows or prompts, in whatever order."""
    old, new = _labels(before), _labels(after)
    return old.keys() == new.keys() and all(_same_text(old[key], new[key]) for key in old)


def _labels(listed: Sequence[Question]) -> dict[Any, Any]:
    """The text of each option or row by its id, of each prompt by the highest score it is for."""
    return {one.get("id", one.get("max")): one.get("label", one.get("title")) for one in listed}
