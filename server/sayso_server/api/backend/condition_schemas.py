"""Schemas of conditions on properties and attributes."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.strict_schema import LONGEST_DAYS, NOTHING, StrictSchema
from sayso_server.api.fields import NAME, Identifier, List, is_number
from sayso_server.api.messages import Meaningless
from sayso_server.decision.conditions import (
    ABSOLUTE,
    LISTS,
    OPERATORS,
    ORDERED,
    RELATIVE,
    TEXTS,
)
from sayso_server.text_patterns import DAY_OR_MOMENT

DEEPEST, MOST_CONDITIONS = 4, 50
MOST_LISTED = 500
GROUP_KEYS = ("all", "any")


def _check_value(op: str, value: Any) -> None:
    remedy = _remedy(op, value)
    if remedy is not None:
        raise ValidationError(remedy, "value")


def _remedy(op: str, value: Any) -> str | None:
    """What to send instead; None if the value fits the operator."""
    if op == "exists":
        fits = value is None or isinstance(value, bool)
        remedy = "Send true or false, or leave it out."
    elif op in LISTS:
        fits = (
            isinstance(value, list) and 0 < len(value) <= MOST_LISTED and all(map(_simple, value))
        )
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


_DATE = re.compile(DAY_OR_MOMENT)


def _date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


_SIMPLE = [{"type": kind} for kind in ("string", "number", "boolean")]
_DAYS = {"type": "number", "minimum": 0, "maximum": LONGEST_DAYS}
_SOME_DAYS = {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_DAYS}
_LIST = {"type": "array", "minItems": 1, "maxItems": MOST_LISTED, "items": {"anyOf": _SIMPLE}}
_VALUES: list[tuple[frozenset[str], dict[str, Any]]] = [
    (LISTS, _LIST),
    (frozenset({"over_days_ago"}), _DAYS),
    (RELATIVE - {"over_days_ago"}, _SOME_DAYS),
    (ABSOLUTE, {"type": "string", "pattern": DAY_OR_MOMENT}),
    (TEXTS, {"type": "string", "minLength": 1}),
    (ORDERED, {"type": ["string", "number"]}),
    (frozenset({"eq", "ne", "contains"}), {"type": ["string", "number", "boolean"]}),
]
"""The values that `_remedy` accepts, by operator. Only `exists` needs no value."""


def _one_condition(ops: Collection[str], value: dict[str, Any]) -> dict[str, Any]:
    needed = ["property", "op", *([] if "exists" in ops else ["value"])]
    no_group = dict.fromkeys(GROUP_KEYS, NOTHING)
    properties = {"op": {"enum": sorted(ops)}, "value": value, **no_group}
    return {"required": needed, "properties": properties}


def _one_group(key: str) -> dict[str, Any]:
    others = {"property", "op", "value", *GROUP_KEYS} - {key}
    return {"required": [key], "properties": dict.fromkeys(sorted(others), NOTHING)}


FORMS = [
    _one_condition({"exists"}, {"type": ["boolean", "null"]}),
    *(_one_condition(ops, value) for ops, value in _VALUES),
    *map(_one_group, GROUP_KEYS),
]


class Condition(StrictSchema):
    """A condition on a property or attribute (`property`, `op`, `value`), or a group of conditions:
    `{"all": […]}` or `{"any": […]}`."""

    forms = FORMS

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


def bounded(conditions: list[Mapping[str, Any]]) -> None:
    """Raises Meaningless if there are too many conditions to evaluate quickly."""
    if _count(conditions) > MOST_CONDITIONS:
        raise Meaningless(f"Has more than {MOST_CONDITIONS} conditions; use fewer.")


def _groups(conditions: Any) -> list[Any]:
    """The groups in a list of conditions, which may not be validated yet."""
    dicts = [entry for entry in conditions if isinstance(entry, Mapping)]
    values = [entry.get(key) for entry in dicts for key in GROUP_KEYS]
    return [value for value in values if isinstance(value, list)]


def _too_deep(conditions: Any) -> bool:
    level = [conditions] if isinstance(conditions, list) else []
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _groups(outer)]
    return bool(level)


def _count(conditions: list[Mapping[str, Any]]) -> int:
    return len(conditions) + sum(map(_count, _groups(conditions)))


class Conditions(List):
    """Checks the depth first, since deserialising is recursive."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if _too_deep(value):
            raise Meaningless(f"Is nested deeper than {DEEPEST} groups; flatten it.")
        return super()._deserialize(value, *args, **kwargs)


def conditions() -> Any:
    """A field of conditions that must all be met."""
    return Conditions(fields.Nested(Condition), validate=validate.Length(max=20), also=bounded)
