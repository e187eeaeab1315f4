"""Open questions: a comment, whose prompt depends on the score, and a text."""

from dataclasses import asdict
from typing import Any

from sayso_server.decision.answer_groups import prompts_of
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
from sayso_server.questionnaire.kinds.scale import scale_of

LONGEST = 2_000  # characters of one answer


def _read(question: Question, given: Given) -> tuple[Part, ...]:
    limit = question.get("limit", LONGEST)
    if not isinstance(given.value, str):
        raise Unfit("Send a text.")
    if len(given.value) > limit:
        raise Unfit(f"Is longer than {limit} characters; shorten it.")
    text = given.value.strip()
    # Comments are counted with the score; texts are counted by a value of 1.
    return (Part(None if question["kind"] == "comment" else 1, text),) if text else ()


def _comment(question: Question, reader: Reader) -> dict[str, Any]:
    own = [
        {"max": entry["max"], "title": reader.text(entry["title"])}
        for entry in question.get("by_score", ())
    ]
    return {
        "title": reader.text(question.get("title"), reader.texts.csat.comment.neutral),
        "by_score": own or ([] if question.get("title") else _prompts(reader)),
        "placeholder": reader.texts.placeholder,
        "limit": LONGEST,
    }


def _prompts(reader: Reader) -> list[dict[str, Any]]:
    if reader.score is None:
        return []
    kind = reader.score["kind"]
    texts = asdict(getattr(reader.texts, kind).comment)
    scale = scale_of(reader.score)
    return [{"max": up_to, "title": texts[name]} for up_to, name in prompts_of(kind, scale)]


def _text(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "long": question.get("long", False),
        "limit": question.get("limit", LONGEST),
        "placeholder": reader.text(question.get("placeholder")),
    }


def _comment_problems(question: Question) -> Problems:
    highest = [entry["max"] for entry in question.get("by_score", ())]
    if highest == sorted(set(highest)):
        return {}
    return {"by_score": ["`max` must rise from one prompt to the next; put them in order"]}


def _must_be_written(question: Question) -> bool:
    """A required comment shows a message when skipped, which only the further file can do."""
    return bool(question.get("required"))


COMMENT = Kind(
    _comment,
    _read,
    words,
    frozenset({"by_score"}),
    further=_must_be_written,
    problems=_comment_problems,
)
TEXT = Kind(
    _text,
    _read,
    words,
    frozenset({"long", "limit", "placeholder"}),
    needed=frozenset({"title"}),
    further=always,
)
