"""Shapes of conditions on properties and attributes."""

from collections.abc import Mapping
from datetime import UTC
from math import isfinite
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.typed import LONGEST_DAYS, Typed
from sayso_server.api.fields import NAME, Identifier, List
from sayso_server.decision.conditions import (
    ABSOLUTE,
    LISTS,
    OPERATORS,
    ORDERED,
    RELATIVE,
    TEXTS,
    as_date,
)

DEEPEST, MOST_CONDITIONS = 4, 50
GROUP_KEYS = ("all", "any")


class Condition(Typed):
    """One condition on a property or attribute (`property`, `op`, `value`), or a group of them:
    `{"all": […]}` or `{"any": […]}`."""

    property = Identifier(validate=NAME)
    op = fields.String(validate=validate.OneOf(OPERATORS))
    value = fields.Raw(allow_none=True)
    all = List(fields.Nested("Condition"), validate=validate.Length(1, 20))
    any = List(fields.Nested("Condition"), validate=validate.Length(1, 20))

    @validates_schema
    def _one_form(self, data: Mapping[str, Any], **_: Any) -> None:
        group = {"all", "any"} & set(data)
        single = {"property", "op", "value"} & set(data)
        if len(group) + bool(single) != 1:
            raise ValidationError("Send a property with its op, or `all`, or `any`.", "op")
        if single and not {"property", "op"} <= set(data):
            raise ValidationError("Name the property and the op.", "op")
        if single:
            _check_value(data["op"], data.get("value"))


def _check_value(op: str, value: Any) -> None:
    remedy = _remedy(op, value)
    if remedy is not None:
        raise ValidationError(remedy, "value")


def _remedy(op: str, value: Any) -> str | None:
    """What to send instead; None when the value fits its operator."""
    if op == "exists":
        fits = value is None or isinstance(value, bool)
        remedy = "Send true or false, or leave it out."
    elif op in LISTS:
        fits = isinstance(value, list) and 0 < len(value) <= 500 and all(map(_simple, value))
        remedy = "Send a list of texts, numbers or booleans."
    elif op in RELATIVE:
        fits = is_number(value) and 0 <= value <= LONGEST_DAYS and (value or op == "over_days_ago")
        remedy = "Send a number of days."
    elif op in ABSOLUTE:
        fits, remedy = _date(value), "Send a date, as 2026-03-29 or 2026-03-29T12:00:00Z."
    elif op in TEXTS:
        fits, remedy = isinstance(value, str) and bool(value), "Send a text."
    elif op in ORDERED:
        fits = is_number(value) or isinstance(value, str)
        remedy = "Send a number or a text; a boolean has no order."
    else:
        fits, remedy = _simple(value), "Send a text, a number or a boolean."
    return None if fits else remedy


def _simple(value: Any) -> bool:
    return isinstance(value, str | bool) or is_number(value)


def is_number(value: Any) -> bool:
    """A number of JSON, and a finite one."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _date(value: Any) -> bool:
    return isinstance(value, str) and as_date(value, UTC) is not None


def bounded(conditions: list[Mapping[str, Any]]) -> None:
    """Raises ValidationError for conditions too many to be decided quickly."""
    if _count(conditions) > MOST_CONDITIONS:
        raise ValidationError(f"Has more than {MOST_CONDITIONS} conditions; use fewer.")


def _groups(conditions: Any) -> list[Any]:
    """As they were sent: perhaps no conditions at all."""
    found = [one.get(key) for one in conditions if isinstance(one, Mapping) for key in GROUP_KEYS]
    return [group for group in found if isinstance(group, list)]


def _too_deep(conditions: Any) -> bool:
    level = [conditions] if isinstance(conditions, list) else []
    for _ in range(DEEPEST):
        level = [group for of in level for group in _groups(of)]
    return bool(level)


def _count(conditions: list[Mapping[str, Any]]) -> int:
    return len(conditions) + sum(map(_count, _groups(conditions)))


class _Conditions(List):
    """Their depth is looked at before they are: each level costs the call's own stack."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if _too_deep(value):
            raise ValidationError(f"Is nested deeper than {DEEPEST} groups; flatten it.")
        return super()._deserialize(value, *args, **kwargs)


def conditions() -> Any:
    """A field of conditions that must all hold."""
    return _Conditions(fields.Nested(Condition), validate=validate.Length(max=20), also=bounded)
