"""Limits on event properties and person attributes: allowed values, how many, and total size.

A value is a text (dates too), a number, a boolean, null, or a flat list of these.
"""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

NAMES_AT_MOST = 200
ITEMS_AT_MOST = 100
LONGEST_NAME = 128
PROPERTIES_BYTES = 16 * 1024
"""For one event, as JSON."""
ATTRIBUTES_BYTES = 32 * 1024
"""For one person, as JSON: attributes from backends and pages together."""

PROBLEMS_LISTED = 10
SHAPES = "Send a text, a number, a boolean, a date as text, or a flat list of such."

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def problems(values: Mapping[str, Any]) -> list[str]:
    """Why values are refused, one sentence each. Cheap checks come first."""
    if len(values) > NAMES_AT_MOST:
        first = quoted(list(values)[NAMES_AT_MOST])
        names = f"Has {len(values)} names, and {NAMES_AT_MOST} are kept"
        return [f"{names}; leave out {first} and those after it."]
    listed = [
        f"{quoted(name)} {problem}"
        for name, value in values.items()
        if (problem := _name_problem(name) or _value_problem(value)) is not None
    ]
    return listed[:PROBLEMS_LISTED]


def too_large(values: Mapping[str, Any], most_bytes: int) -> str | None:
    """Why the values exceed the total size; None when they do not."""
    size = size_of(values)
    if size <= most_bytes:
        return None
    largest = quoted(max(values, key=lambda name: size_of(values[name])))
    return f"Is {size} bytes of JSON, and {most_bytes} are kept; shorten {largest}, the largest."


def quoted(name: str) -> str:
    """A property's name for an error message, truncated if it is too long."""
    return f"`{name}`" if len(name) <= LONGEST_NAME else f"`{name[:20]}…`"


def size_of(value: Any) -> int:
    """The size of the value as JSON, in bytes."""
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
    return next(filter(None, map(_single_problem, value)), None)


def _single_problem(value: Any) -> str | None:
    if not isinstance(value, str | int | float | bool):
        inside = "is nested" if isinstance(value, list | Mapping) else "is no value that is kept"
        return f"{inside}. {SHAPES}"
    if isinstance(value, float) and not isfinite(value):
        return "is a number too large to be stored; send it as text."
    return None
