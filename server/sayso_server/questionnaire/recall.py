"""Texts that repeat what was said before, or what happened: `{answer.reason|that}` is what the
question `reason` was answered with, `{event.total|your order}` a property of the event that brought
the survey up, and what follows the bar stands where there is none."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sayso_server.questionnaire.kinds.kind import Found, Question

PLACE = re.compile(r"\{(answer|event)\.([A-Za-z_][A-Za-z0-9_.-]{0,127})(?:\|([^{}]*))?\}")
LONGEST = 200  # characters that a property may bring into a text
LARGEST = sys.float_info.max  # of a number; a larger one cannot be written as people do

# Kinds whose answer reads as a few words.
SPOKEN = ("nps", "csat", "ces", "comment", "text", "choice", "date")
# What is no text for the visitor's eyes.
UNSPOKEN = frozenset({"url", "redirect"})


def filled(rendered: Any, event: Mapping[str, Any]) -> Any:
    """A rendered question or thanks with every text filled in. Where an answer is repeated the text
    comes in parts, `{"parts": ["You chose ", {"answer": "reason", "or": "that"}]}`, which the page
    joins."""
    if isinstance(rendered, str):
        return _text(rendered, event)
    if isinstance(rendered, list):
        return [filled(one, event) for one in rendered]
    if isinstance(rendered, dict):
        return {
            name: value if name in UNSPOKEN else filled(value, event)
            for name, value in rendered.items()
        }
    return rendered


def repeats(definition: Any, what: str) -> bool:
    """Whether any text repeats an "answer", or an "event"."""
    return any(place[1] == what for text in _texts(definition) for place in PLACE.finditer(text))


def problems(
    questions: Sequence[Question], thanks: Mapping[str, Any], trigger: Mapping[str, Any]
) -> Found:
    """Field → why a text can never repeat what it names."""
    found: Found = {}
    for place, question in enumerate(questions):
        said = _problems(question, questions[:place], trigger)
        if said:
            found[f"questions.{place}"] = said
    said = _problems(thanks, questions, trigger)
    if said:
        found["thanks"] = said
    return found


def _problems(told: Any, earlier: Sequence[Question], trigger: Mapping[str, Any]) -> list[str]:
    kinds = {question["id"]: question["kind"] for question in earlier}
    spoken = [one for one, kind in kinds.items() if kind in SPOKEN]
    found = []
    for text in _texts(told):
        for place in PLACE.finditer(text):
            what, name = place[1], place[2]
            if what == "event" and not trigger.get("event"):
                found.append(f"repeats {place[0]}, and no event starts the survey; remove it")
            if what == "answer" and name not in spoken:
                names = ", ".join(spoken) or "none"
                found.append(
                    f"repeats {place[0]}, which is no earlier answer in a few words; "
                    f"there are {names}"
                )
    return sorted(set(found))


def _text(text: str, event: Mapping[str, Any]) -> Any:
    """In one pass, so that what a property brings in is never read as a place."""
    parts: list[Any] = []
    words = ""
    end = 0
    for place in PLACE.finditer(text):
        what, name, otherwise = place[1], place[2], place[3] or ""
        words += text[end : place.start()]
        end = place.end()
        if what == "event":
            words += _spoken(event.get(name)) or otherwise
        else:
            parts += [words, {"answer": name, "or": otherwise}]
            words = ""
    words += text[end:]
    return {"parts": [part for part in (*parts, words) if part]} if parts else words


def _spoken(value: Any) -> str:
    """A property as words; nothing for what has none."""
    if isinstance(value, str):
        return value.strip()[:LONGEST]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if abs(value) <= LARGEST else ""
    return ""


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _texts(one)
    elif isinstance(told, Mapping):
        for name, value in told.items():
            if name not in UNSPOKEN:
                yield from _texts(value)
