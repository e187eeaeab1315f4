"""Placeholders in texts: `{answer.reason|that}` is replaced by the answer to the question `reason`,
`{event.total|your order}` by a property of the event that triggered the survey. The text after the
bar is the fallback."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sayso_server.questionnaire.kinds.kind import Problems, Question

PLACEHOLDER = re.compile(r"\{(answer|event)\.([A-Za-z_][A-Za-z0-9_.-]{0,127})(?:\|([^{}]*))?\}")
LONGEST = 200  # characters of a property in a text
LARGEST = sys.float_info.max  # a larger integer cannot be formatted as a float

# Kinds whose answers can be repeated in a sentence.
REPEATABLE = ("nps", "csat", "ces", "comment", "text", "choice", "date")
# Fields that are addresses, not texts.
ADDRESSES = frozenset({"url", "redirect"})


def filled(rendered: Any, event: Mapping[str, Any]) -> Any:
    """A rendered question or thanks with placeholders of events filled in. A text with placeholders
    of answers becomes parts, `{"parts": ["You chose ", {"answer": "reason", "or": "that"}]}`, which
    the page joins."""
    if isinstance(rendered, str):
        return _text(rendered, event)
    if isinstance(rendered, list):
        return [filled(item, event) for item in rendered]
    if isinstance(rendered, dict):
        return {
            name: value if name in ADDRESSES else filled(value, event)
            for name, value in rendered.items()
        }
    return rendered


def repeats(definition: Any, what: str) -> bool:
    """Whether any text has a placeholder of this source, "answer" or "event"."""
    return any(
        match[1] == what for text in _texts(definition) for match in PLACEHOLDER.finditer(text)
    )


def problems(
    questions: Sequence[Question], thanks: Mapping[str, Any], trigger: Mapping[str, Any]
) -> Problems:
    """Field → why a placeholder can never be filled in."""
    found: Problems = {}
    for index, question in enumerate(questions):
        messages = _problems(question, questions[:index], trigger)
        if messages:
            found[f"questions.{index}"] = messages
    messages = _problems(thanks, questions, trigger)
    if messages:
        found["thanks"] = messages
    return found


def _problems(
    definition: Any, earlier: Sequence[Question], trigger: Mapping[str, Any]
) -> list[str]:
    kinds = {question["id"]: question["kind"] for question in earlier}
    repeatable = [question_id for question_id, kind in kinds.items() if kind in REPEATABLE]
    messages = set()
    for text in _texts(definition):
        for match in PLACEHOLDER.finditer(text):
            what, name = match[1], match[2]
            if what == "event" and not trigger.get("event"):
                messages.add(f"repeats {match[0]}, and no event starts the survey; remove it")
            if what == "answer" and name not in repeatable:
                names = ", ".join(repeatable) or "none"
                messages.add(
                    f"repeats {match[0]}, which is no earlier answer in a few words; "
                    f"there are {names}"
                )
    return sorted(messages)


def _text(text: str, event: Mapping[str, Any]) -> Any:
    """In one pass, so that a property's value is never read as a placeholder."""
    parts: list[Any] = []
    words = ""
    end = 0
    for match in PLACEHOLDER.finditer(text):
        what, name, otherwise = match[1], match[2], match[3] or ""
        words += text[end : match.start()]
        end = match.end()
        if what == "event":
            words += _as_words(event.get(name)) or otherwise
        else:
            parts += [words, {"answer": name, "or": otherwise}]
            words = ""
    words += text[end:]
    return {"parts": [part for part in (*parts, words) if part]} if parts else words


def _as_words(value: Any) -> str:
    """A property as text; empty for values other than texts and numbers."""
    if isinstance(value, str):
        return value.strip()[:LONGEST]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if abs(value) <= LARGEST else ""
    return ""


def _texts(definition: Any) -> Iterator[str]:
    if isinstance(definition, str):
        yield definition
    elif isinstance(definition, list | tuple):
        for item in definition:
            yield from _texts(item)
    elif isinstance(definition, Mapping):
        for name, value in definition.items():
            if name not in ADDRESSES:
                yield from _texts(value)
