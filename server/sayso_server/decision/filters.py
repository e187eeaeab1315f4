"""Property filters: does an event's property meet a condition?

A missing property meets nothing but `exists: false` and `ne`. Values of different kinds never
compare: a number is not a text, and a boolean is not a number.
"""

from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any

from sayso_server.decision.model import Filter

_MISSING = object()


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Real):
        return "number"
    return "text" if isinstance(value, str) else "other"


def _equal(left: object, right: object) -> bool:
    return _kind(left) == _kind(right) and left == right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: (
        _kind(left) == _kind(right) and _kind(left) in ("number", "text") and compare(left, right)
    )


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(_equal(item, right) for item in left)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "gt": _ordered(lambda left, right: left > right),
    "gte": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "lte": _ordered(lambda left, right: left <= right),
    "in": lambda left, right: any(_equal(left, item) for item in right),
    "contains": _contains,
}

OPERATORS: tuple[str, ...] = ("eq", "ne", *[name for name in _OPERATORS if name != "eq"], "exists")


def meets(condition: Filter, properties: Mapping[str, Any]) -> bool:
    """Whether `properties` meet the condition."""
    value = properties.get(condition.property, _MISSING)
    if condition.op == "exists":
        return (value is not _MISSING and value is not None) is (condition.value is not False)
    if condition.op == "ne":
        return value is _MISSING or not _equal(value, condition.value)
    return value is not _MISSING and _OPERATORS[condition.op](value, condition.value)


def contradictions(filters: tuple[Filter, ...]) -> list[str]:
    """Why the filters together can never be met, in plain words; empty when they can."""
    found = []
    for name in sorted({condition.property for condition in filters}):
        mine = [condition for condition in filters if condition.property == name]
        equal = [condition.value for condition in mine if condition.op == "eq"]
        found += [
            f"`{name}` cannot be {value!r} and also meet {other.op} {other.value!r}; "
            "remove one of the two filters"
            for value in equal
            for other in mine
            if not meets(other, {name: value})
        ]
        found += _empty_range(name, mine)
    return found


def _empty_range(name: str, mine: list[Filter]) -> list[str]:
    lows = [c for c in mine if c.op in ("gt", "gte") and _kind(c.value) == "number"]
    highs = [c for c in mine if c.op in ("lt", "lte") and _kind(c.value) == "number"]
    return [
        f"`{name}` cannot be {low.op} {low.value!r} and {high.op} {high.value!r}; "
        "widen one of the two"
        for low in lows
        for high in highs
        if low.value > high.value
        or (low.value == high.value and (low.op, high.op) != ("gte", "lte"))
    ]
