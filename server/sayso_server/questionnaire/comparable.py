"""Whether two versions of a survey ask the same questions, so that their answers may be pooled.

Answers to a different wording, scale or set of options are never pooled. A question that only one
version asks does not affect the others, but both versions must ask the score.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.questionnaire.kinds.matrix import points
from sayso_server.questionnaire.kinds.scale import FACES, scale_of
from sayso_server.questionnaire.templates import score_of

Definition = Mapping[str, Any]
Question = Mapping[str, Any]

# Fields that change an answer's meaning, besides texts, kind and scale; with their defaults.
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
    """Whether answers to both versions may be pooled."""
    before, after = _asked(earlier), _asked(later)
    if _score_id(earlier) != _score_id(later):
        return False
    common = before.keys() & after.keys()
    return bool(common) and all(_same_ways(before[key], after[key]) for key in common)


def _score_id(definition: Definition) -> str | None:
    score = score_of(definition["questions"])
    return score["id"] if score else None


def _asked(definition: Definition) -> dict[str, dict[str, Question]]:
    """Question id → variant → the question as this variant asks it."""
    asked: dict[str, dict[str, Question]] = {}
    for name, questions in _ways(definition).items():
        for question in questions:
            # The SERVQUAL gap is between the two roles, so the role is the key.
            asked.setdefault(question.get("servqual", question["id"]), {})[name] = question
    return asked


def _ways(definition: Definition) -> dict[str, Sequence[Question]]:
    variants = definition.get("variants", ())
    usual: Sequence[Question] = definition["questions"]
    ways = {variant["name"]: variant.get("questions", usual) for variant in variants}
    return ways or {"": usual}


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
    """The same text in every common language. Adding or removing a translation changes nothing for
    readers of the other languages. Without a common language, or if a built-in text replaced the
    survey's own, the texts differ."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return (before or None) == (after or None)
    common = before.keys() & after.keys()
    return bool(common) and all(before[language] == after[language] for language in common)


def _same_texts(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return len(before) == len(after) and all(map(_same_text, before, after))


def _same_list(before: Sequence[Question], after: Sequence[Question]) -> bool:
    """The same options, rows or prompts, in any order."""
    old, new = _labels(before), _labels(after)
    return old.keys() == new.keys() and all(_same_text(old[key], new[key]) for key in old)


def _labels(listed: Sequence[Question]) -> dict[Any, Any]:
    """The text of each option or row by its id, of each prompt by its highest score."""
    return {
        item.get("id", item.get("max")): item.get("label", item.get("title")) for item in listed
    }
