"""Find conditions that can never be met together, before a survey goes live."""

from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sayso_server.decision.conditions import ABSOLUTE, RELATIVE, Clock, as_date, meets
from sayso_server.decision.counted import counted
from sayso_server.decision.rules import AllOf, AnyOf, Condition, Filter

_ANY_TIME = Clock(datetime(2000, 1, 1, tzinfo=UTC))


def contradictions(condition: Condition) -> list[str]:
    """Why the condition can never be met; empty when no contradiction is found."""
    if isinstance(condition, AnyOf):
        branches = [contradictions(branch) for branch in condition.of]
        return list(chain.from_iterable(branches)) if all(branches) else []
    if isinstance(condition, Filter):
        return []
    nested = chain.from_iterable(contradictions(part) for part in condition.of)
    return [*nested, *_among_filters(_conjunction(condition))]


def _conjunction(condition: AllOf) -> list[Filter]:
    filters: list[Filter] = []
    for part in condition.of:
        if isinstance(part, Filter):
            filters.append(part)
        elif isinstance(part, AllOf):
            filters += _conjunction(part)
    return filters


def _among_filters(filters: list[Filter]) -> list[str]:
    messages: list[str] = []
    for name in sorted({condition.property for condition in filters}):
        mine = [condition for condition in filters if condition.property == name]
        messages += _equal_to_two(name, mine) + _absent(name, mine)
        messages += _empty_range(name, mine) + _empty_span(name, mine)
    return messages


def _equal_to_two(name: str, mine: list[Filter]) -> list[str]:
    fixed = [(c.value,) if c.op == "eq" else tuple(c.value) for c in mine if c.op in ("eq", "in")]
    others = [c for c in mine if c.op not in RELATIVE]
    return [
        f"`{name}` cannot be {_or(values)} and also meet {other.op} {other.value!r}; "
        "remove one of the two"
        for values in fixed
        for other in others
        if not any(meets(other, {name: value}, _ANY_TIME) for value in values)
    ]


def _absent(name: str, mine: list[Filter]) -> list[str]:
    gone = any(c.op == "exists" and c.value is False for c in mine)
    wanting = [c for c in mine if c.op not in ("exists", "ne", "not_in", "eq", "in")]
    return [
        f"`{name}` cannot be absent and also meet {other.op} {other.value!r}; remove one of the two"
        for other in wanting
        if gone
    ]


def _empty_range(name: str, mine: list[Filter]) -> list[str]:
    lows = [c for c in mine if c.op in ("gt", "gte") and _is_number(c.value)]
    highs = [c for c in mine if c.op in ("lt", "lte") and _is_number(c.value)]
    return [
        f"`{name}` cannot be {low.op} {low.value!r} and {high.op} {high.value!r}; "
        "widen one of the two"
        for low in lows
        for high in highs
        if low.value > high.value
        or (low.value == high.value and (low.op, high.op) != ("gte", "lte"))
    ]


def _empty_span(name: str, mine: list[Filter]) -> list[str]:
    dates = {c.op: as_date(c.value, UTC) for c in mine if c.op in ABSOLUTE}
    days = {c.op: c.value for c in mine if c.op in RELATIVE}
    messages: list[str] = []
    before, after = dates.get("before"), dates.get("after")
    if before is not None and after is not None and before <= after:
        messages.append(f"`{name}` cannot lie before {before} and after {after}; widen the span")
    if "in_last_days" in days and days.get("over_days_ago", -1) >= days["in_last_days"]:
        messages.append(
            f"`{name}` cannot lie in the last {counted(days['in_last_days'], 'day')} and over "
            f"{counted(days['over_days_ago'], 'day')} ago; widen one of the two"
        )
    if "in_next_days" in days and {"in_last_days", "over_days_ago"} & set(days):
        messages.append(f"`{name}` cannot lie ahead and in the past; remove one of the two")
    return messages


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _or(values: tuple[Any, ...]) -> str:
    return " or ".join(repr(value) for value in values)
