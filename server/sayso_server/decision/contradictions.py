"""Conditions that can never be met together, said in plain words before a survey goes live."""

from datetime import UTC, datetime
from typing import Any

from sayso_server.decision.conditions import ABSOLUTE, RELATIVE, Clock, as_date, meets
from sayso_server.decision.rules import AllOf, AnyOf, Condition, Filter

_ANY_TIME = Clock(datetime(2000, 1, 1, tzinfo=UTC))


def contradictions(condition: Condition) -> list[str]:
    """Why the condition can never be met; empty when it can, as far as can be told."""
    if isinstance(condition, AnyOf):
        branches = [contradictions(one) for one in condition.of]
        return [said for branch in branches for said in branch] if all(branches) else []
    if isinstance(condition, Filter):
        return []
    groups = [said for one in condition.of for said in contradictions(one)]
    return groups + _among_filters(_conjunction(condition))


def _conjunction(condition: AllOf) -> list[Filter]:
    found: list[Filter] = []
    for one in condition.of:
        if isinstance(one, Filter):
            found.append(one)
        elif isinstance(one, AllOf):
            found += _conjunction(one)
    return found


def _among_filters(filters: list[Filter]) -> list[str]:
    found: list[str] = []
    for name in sorted({condition.property for condition in filters}):
        mine = [condition for condition in filters if condition.property == name]
        found += _equal_to_two(name, mine) + _absent(name, mine)
        found += _empty_range(name, mine) + _empty_span(name, mine)
    return found


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
    found: list[str] = []
    before, after = dates.get("before"), dates.get("after")
    if before is not None and after is not None and before <= after:
        found.append(f"`{name}` cannot lie before {before} and after {after}; widen the span")
    if "in_last_days" in days and days.get("over_days_ago", -1) >= days["in_last_days"]:
        found.append(
            f"`{name}` cannot lie in the last {days['in_last_days']} days and over "
            f"{days['over_days_ago']} days ago; widen one of the two"
        )
    if "in_next_days" in days and {"in_last_days", "over_days_ago"} & set(days):
        found.append(f"`{name}` cannot lie ahead and in the past; remove one of the two")
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _or(values: tuple[Any, ...]) -> str:
    return " or ".join(repr(value) for value in values)
