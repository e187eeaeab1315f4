"""Conditions on properties and attributes: does a set of values meet them?

A missing value meets only `exists: false`, `ne` and `not_in`. Values of different types are never
equal: a number is not a text, a boolean is not a number. A text that is not a date meets no date
operator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from numbers import Real
from typing import Any

from sayso_server.decision.rules import AllOf, Condition, Filter

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment that relative dates count from; a date without a time begins in `zone`."""

    now: datetime
    zone: tzinfo = UTC


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


def _among(left: object, right: Any) -> bool:
    return any(_equal(left, item) for item in right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(_equal(item, right) for item in left)


def _text(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: (
        isinstance(left, str) and isinstance(right, str) and compare(left, right)
    )


_PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "gt": _ordered(lambda left, right: left > right),
    "gte": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "lte": _ordered(lambda left, right: left <= right),
    "in": _among,
    "contains": _contains,
    "starts_with": _text(str.startswith),
    "ends_with": _text(str.endswith),
}

_NEGATED: dict[str, Callable[[Any, Any], bool]] = {"ne": _equal, "not_in": _among}

_DATES: dict[str, Callable[[datetime, Any, Clock], bool]] = {
    "before": lambda value, wanted, clock: _is(value, wanted, clock, lambda a, b: a < b),
    "after": lambda value, wanted, clock: _is(value, wanted, clock, lambda a, b: a >= b),
    "in_last_days": lambda value, days, clock: (
        clock.now - timedelta(days=days) <= value <= clock.now
    ),
    "over_days_ago": lambda value, days, clock: value < clock.now - timedelta(days=days),
    "in_next_days": lambda value, days, clock: (
        clock.now < value <= clock.now + timedelta(days=days)
    ),
}

RELATIVE: frozenset[str] = frozenset({"in_last_days", "over_days_ago", "in_next_days"})
ABSOLUTE: frozenset[str] = frozenset({"before", "after"})
LISTS: frozenset[str] = frozenset({"in", "not_in"})
ORDERED: frozenset[str] = frozenset({"gt", "gte", "lt", "lte"})
TEXTS: frozenset[str] = frozenset({"starts_with", "ends_with"})
OPERATORS: tuple[str, ...] = ("exists", *_PLAIN, *_NEGATED, *_DATES)


def as_date(value: object, zone: tzinfo) -> datetime | None:
    """A date attribute as a moment: ISO 8601 text, or Unix seconds. None when it is neither."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if _kind(value) == "number":
            return datetime.fromtimestamp(float(value), UTC)  # type: ignore[arg-type]  # a number
    except (ValueError, OverflowError, OSError):
        return None
    return None


def meets(condition: Filter, values: Mapping[str, Any], clock: Clock) -> bool:
    """Whether `values` meet one condition."""
    value = values.get(condition.property, _MISSING)
    op = condition.op
    if op == "exists":
        return (value is not _MISSING and value is not None) is (condition.value is not False)
    if op in _NEGATED:
        return value is _MISSING or not _NEGATED[op](value, condition.value)
    if value is _MISSING:
        return False
    if op in _DATES:
        moment = as_date(value, clock.zone)
        return moment is not None and _DATES[op](moment, condition.value, clock)
    return _PLAIN[op](value, condition.value)


def failing(condition: Condition, values: Mapping[str, Any], clock: Clock) -> Filter | None:
    """The first filter that is not met; None if the condition holds. If all alternatives fail, the
    filter that failed in the first of them."""
    if isinstance(condition, Filter):
        return None if meets(condition, values, clock) else condition
    fails = (failing(part, values, clock) for part in condition.of)
    if isinstance(condition, AllOf):
        return next((fail for fail in fails if fail is not None), None)
    alternatives = list(fails)
    return (
        alternatives[0] if alternatives and all(fail is not None for fail in alternatives) else None
    )


def in_words(condition: Filter) -> str:
    """The condition as text: `plan in ["pro", "team"]`."""
    return f"{condition.property} {condition.op}" + (
        "" if condition.value is None else f" {condition.value!r}"
    )


def leaves(condition: Condition) -> list[Filter]:
    """Every filter in the condition."""
    if isinstance(condition, Filter):
        return [condition]
    return [leaf for part in condition.of for leaf in leaves(part)]


def _is(
    value: datetime, wanted: Any, clock: Clock, compare: Callable[[datetime, datetime], bool]
) -> bool:
    limit = as_date(wanted, clock.zone)
    return limit is not None and compare(value, limit)
