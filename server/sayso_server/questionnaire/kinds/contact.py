"""Contact details: name, email address, telephone number."""

import re
from collections.abc import Sequence
from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Question,
    Reader,
    Unfit,
    always,
    named,
    several,
)

CONTACT_FIELDS = ("name", "email", "phone")
LONGEST_FIELD = 254  # characters; the longest email address (RFC 5321)

_PATTERNS = {
    "name": re.compile(r".+"),
    "email": re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"),
    "phone": re.compile(r"\+?[\d\s()./-]{5,30}"),
}


def _render(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "fields": [
            {"name": name, "label": getattr(reader.texts.further, name)}
            for name in _fields_of(question)
        ],
    }


def _fields_of(question: Question) -> tuple[str, ...]:
    wanted = question.get("fields", ("email",))
    return tuple(name for name in CONTACT_FIELDS if name in wanted)


def _read(question: Question, given: Given) -> tuple[Part, ...]:
    names = _fields_of(question)
    texts = given.value
    if not isinstance(texts, dict) or not all(name in names for name in texts):
        raise Unfit(f"Send a text for each of {', '.join(names)}.")
    for name, text in texts.items():
        if not isinstance(text, str) or len(text) > LONGEST_FIELD:
            raise Unfit(f"Send `{name}` as a text of at most {LONGEST_FIELD} characters.")
        if text and not _PATTERNS[name].fullmatch(text.strip()):
            raise Unfit(f"`{name}` is not a valid {name}; correct it, or leave it out.")
    return several(Part(text=texts[name].strip(), name=name) for name in names if texts.get(name))


def _recall(_: Question, parts: Sequence[Part]) -> Given:
    return Given({part.name: part.text for part in named(parts)})


CONTACT = Kind(
    _render,
    _read,
    _recall,
    frozenset({"fields"}),
    needed=frozenset({"title"}),
    further=always,
)
