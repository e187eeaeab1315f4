"""What a property of an event or an attribute of a person may be: a text (a date is one), a number,
a boolean, nothing, or a flat list of such; how many there may be, and how large together."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

NAMES_AT_MOST = 200
ITEMS_AT_MOST = 100
LONGEST_NAME = 128
PROPERTIES_BYTES = 16 * 1024
"""Of one event, as JSON."""
ATTRIBUTES_BYTES = 32 * 1024
"""Of one person, as JSON: all that backends and pages said."""

PROBLEMS_SAID = 10
SHAPES = "Send a text, a number, a boolean, a date as text, or a flat list of such."

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def problems(values: Mapping[str, Any]) -> list[str]:
    """Which of the values are not kept, and why; what is cheap to find out is looked at first."""
    if len(values) > NAMES_AT_MOST:
        first = quoted(list(values)[NAMES_AT_MOST])
        names = f"Has {len(values)} names, and {NAMES_AT_MOST} are kept"
        return [f"{names}; leave out {first} and those after it."]
    found = [
        f"{quoted(name)} {said}"
        for name, value in values.items()
        if (said := _name_problem(name) or _value_problem(value)) is not None
    ]
    return found[:PROBLEMS_SAID]


def too_large(values: Mapping[str, Any], most_bytes: int) -> str | None:
    """Why the values are not kept together, each of which could be."""
    size = size_of(values)
    if size <= most_bytes:
        return None
    largest = quoted(max(values, key=lambda name: size_of(values[name])))
    return f"Is {size} bytes of JSON, and {most_bytes} are kept; shorten {largest}, the largest."


def quoted(name: str) -> str:
    """As errors name a property, however long it is."""
    return f"`{name}`" if len(name) <= LONGEST_NAME else f"`{name[:20]}…`"


def size_of(value: Any) -> int:
    """Bytes of JSON."""
    return len(_encode(value).encode("utf-8", "surrogatepass"))


def _name_problem(name: str) -> str | None:
    if 0 < len(name) <= LONGEST_NAME:
        return None
    return f"has a name of {len(name)} characters; send 1 to {LONGEST_NAME}."


def _value_problem(value: Any) -> str | None:
    if not isinstance(value, list):
        return None if value is None else _single_problem(value)
    if len(value) > ITEMS_AT_MOST:
        return f"is a list of {len(value)}, and {ITEMS_AT_MOST} are kept; send fewer."
    return next((said for one in value if (said := _single_problem(one)) is not None), None)


def _single_problem(value: Any) -> str | None:
    if not isinstance(value, str | int | float | bool):
        inside = "is nested" if isinstance(value, list | Mapping) else "is no value that is kept"
        return f"{inside}. {SHAPES}"
    if isinstance(value, float) and not isfinite(value):
        return "is a number too large to be stored; send it as text."
    return None
