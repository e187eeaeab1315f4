"""Shapes of the rules by which is decided: conditions, trigger, audience, throttle, quota."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from math import isfinite
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from sayso_server.api.fields import NAME, Identifier
from sayso_server.decision.compile import GROUPS, OUTCOMES, PRESETS
from sayso_server.decision.conditions import (
    ABSOLUTE,
    LISTS,
    OPERATORS,
    ORDERED,
    RELATIVE,
    TEXTS,
    as_date,
)
from sayso_server.decision.page_rules import LONGEST, MATCHES

LONGEST_WAIT = timedelta(days=365).total_seconds()
LONGEST_DAYS = 3_650
DEEPEST, MOST_CONDITIONS = 4, 50
GROUP_KEYS = ("all", "any")
MOST_COUNTED = 100  # events that a windowed count looks back at
LANGUAGE = validate.Regexp(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", error="Is no language tag.")

PAGE_KINDS = ("page_view", "click", "exit_intent", "scroll", "time_on_page", "inactivity")
DAYS = validate.Range(0, LONGEST_DAYS)


class Typed(Schema):
    """What people type: a field we do not know is refused, so that no typing error is lost."""

    class Meta:
        unknown = RAISE


class Condition(Typed):
    """One condition on a property or attribute (`property`, `op`, `value`), or a group of them:
    `{"all": […]}` or `{"any": […]}`."""

    property = Identifier(validate=NAME)
    op = fields.String(validate=validate.OneOf(OPERATORS))
    value = fields.Raw(allow_none=True)
    all = fields.List(fields.Nested("Condition"), validate=validate.Length(1, 20))
    any = fields.List(fields.Nested("Condition"), validate=validate.Length(1, 20))

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
        fits, remedy = value in (None, True, False), "Send true or false, or leave it out."
    elif op in LISTS:
        fits = isinstance(value, list) and 0 < len(value) <= 500 and all(map(_simple, value))
        remedy = "Send a list of texts, numbers or booleans."
    elif op in RELATIVE:
        fits, remedy = _number(value) and 0 <= value <= LONGEST_DAYS, "Send a number of days."
    elif op in ABSOLUTE:
        fits, remedy = _date(value), "Send a date, as 2026-03-29 or 2026-03-29T12:00:00Z."
    elif op in TEXTS:
        fits, remedy = isinstance(value, str) and bool(value), "Send a text."
    elif op in ORDERED:
        fits = _number(value) or isinstance(value, str)
        remedy = "Send a number or a text; a boolean has no order."
    else:
        fits, remedy = _simple(value), "Send a text, a number or a boolean."
    return None if fits else remedy


def _simple(value: Any) -> bool:
    return isinstance(value, str | bool) or _number(value)


def _number(value: Any) -> bool:
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


class _Conditions(fields.List[Any]):
    """Their depth is looked at before they are: each level costs the call's own stack."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if _too_deep(value):
            raise ValidationError(f"Is nested deeper than {DEEPEST} groups; flatten it.")
        return super()._deserialize(value, *args, **kwargs)


def conditions() -> Any:
    """A field of conditions that must all hold."""
    return _Conditions(
        fields.Nested(Condition), validate=validate.And(validate.Length(max=20), bounded)
    )


class UrlRule(Typed):
    match = fields.String(required=True, validate=validate.OneOf(MATCHES))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))


class After(Typed):
    """A sequence: `event` came before, no longer than `within` seconds ago."""

    event = Identifier(required=True, validate=NAME)
    within = fields.Float(required=True, validate=validate.Range(1, LONGEST_WAIT))
    filters = conditions()


class Unless(Typed):
    """An absence: `event` does not come within so many seconds; the survey waits as long."""

    event = Identifier(required=True, validate=NAME)
    within = fields.Float(required=True, validate=validate.Range(1, LONGEST_WAIT))


# Which fields a trigger of each kind may have, besides `kind`.
_FIELDS: dict[str, set[str]] = {
    "event": {
        "event",
        "filters",
        "source",
        "delay",
        "every",
        "nth",
        "after",
        "unless",
        "cancel_on",
    },
    "page_view": {"url", "delay"},
    "click": {"url", "selector", "text"},
    "exit_intent": {"url"},
    "scroll": {"url", "percent"},
    "time_on_page": {"url", "seconds"},
    "inactivity": {"url", "seconds"},
    "lifecycle": {"url", "preset", "attribute", "after_days", "every_days", "spread_days"},
}
_REQUIRED: dict[str, tuple[str, str]] = {
    "event": ("event", "Name the event that starts the survey."),
    "scroll": ("percent", "Say after how many percent of the page."),
    "time_on_page": ("seconds", "Say after how many seconds."),
    "inactivity": ("seconds", "Say after how many seconds without input."),
}


class Trigger(Typed):
    """`{"event": …}` for an event, else a `kind`: what happens in the page, or a person's cadence
    (`{"kind": "lifecycle", "preset": "relationship"}`)."""

    kind = fields.String(validate=validate.OneOf(list(_FIELDS)))
    event = Identifier(validate=NAME)
    filters = conditions()
    source = fields.String(data_key="from", validate=validate.OneOf(["page", "backend"]))
    delay = fields.Float(validate=validate.Range(0, LONGEST_WAIT))
    every = fields.Integer(strict=True, validate=validate.Range(1, 10_000))
    nth = fields.Integer(strict=True, validate=validate.Range(1, 10_000))
    after = fields.Nested(After)
    unless = fields.Nested(Unless)
    cancel_on = fields.List(Identifier(validate=NAME), validate=validate.Length(1, 10))
    url = fields.Nested(UrlRule)
    selector = fields.String(validate=validate.Length(1, 300))
    text = fields.String(validate=validate.Length(1, 100))
    percent = fields.Integer(strict=True, validate=validate.Range(1, 100))
    seconds = fields.Float(validate=validate.Range(1, 86_400))
    preset = fields.String(validate=validate.OneOf(list(PRESETS)))
    attribute = Identifier(validate=NAME)
    after_days = fields.List(fields.Float(validate=DAYS), validate=validate.Length(1, 10))
    every_days = fields.Float(validate=validate.Range(1, LONGEST_DAYS))
    spread_days = fields.Float(validate=DAYS)

    @validates_schema
    def _whole(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = data.get("kind", "event")
        if kind not in _FIELDS:
            return  # said beside `kind` already
        for field in sorted(set(data) - _FIELDS[kind] - {"kind"}):
            name = "from" if field == "source" else field
            raise ValidationError(f"A trigger of kind {kind} has no such field; remove it.", name)
        needed, remedy = _REQUIRED.get(kind, ("kind", ""))
        if needed not in {"kind", *data}:
            raise ValidationError(remedy, needed)
        if kind == "click" and ("selector" in data) is ("text" in data):
            raise ValidationError(
                "Say either a CSS selector or the text of what is clicked.", "selector"
            )
        if (
            kind == "lifecycle"
            and "preset" not in data
            and not {"attribute", "after_days"} <= set(data)
        ):
            raise ValidationError("Name a preset, or the attribute and after_days.", "preset")
        if {"every", "nth"} <= set(data):
            raise ValidationError("Send either `nth` or `every`.", "nth")


class Done(Typed):
    """Events that the person has done, ever or in the last days; `at_most: 0` for never."""

    event = Identifier(required=True, validate=NAME)
    at_least = fields.Integer(strict=True, validate=validate.Range(0, 1_000_000))
    at_most = fields.Integer(strict=True, validate=validate.Range(0, 1_000_000))
    within_days = fields.Float(validate=validate.Range(0, LONGEST_DAYS, min_inclusive=False))

    @validates_schema
    def _possible(self, data: Mapping[str, Any], **_: Any) -> None:
        least, most = data.get("at_least", 0), data.get("at_most")
        if most is not None and least > most:
            raise ValidationError("Lies above at_most; nobody would qualify.", "at_least")
        if "within_days" in data and max(least, most or 0) > MOST_COUNTED:
            raise ValidationError(f"Counts within days go up to {MOST_COUNTED}.", "at_least")


class Said(Typed):
    """The person's latest answer of a kind: in a group, or any; `holds: false` for the opposite,
    also where no answer was given."""

    kind = fields.String(required=True, validate=validate.OneOf(list(GROUPS)))
    group = fields.String(
        validate=validate.OneOf(sorted({g for of in GROUPS.values() for g in of}))
    )
    within_days = fields.Float(validate=validate.Range(0, LONGEST_DAYS, min_inclusive=False))
    holds = fields.Boolean()

    @validates_schema
    def _fitting(self, data: Mapping[str, Any], **_: Any) -> None:
        groups = GROUPS.get(data.get("kind", ""), {})
        if "group" in data and data["group"] not in groups:
            raise ValidationError(f"The groups of {data['kind']} are {', '.join(groups)}.", "group")


class Segment(Typed):
    """A named group of people: attributes, events and answers that must all hold."""

    attributes = conditions()
    events = fields.List(fields.Nested(Done), validate=validate.Length(max=20))
    answers = fields.List(fields.Nested(Said), validate=validate.Length(max=20))


SEGMENT_NAME = validate.Regexp(
    r"^[a-z0-9][a-z0-9_-]{0,63}$", error="Name it with a-z, 0-9, - and _, at most 64."
)


class Audience(Segment):
    """Who qualifies; every part must hold, and what is left out asks nothing."""

    segments = fields.List(fields.String(validate=SEGMENT_NAME), validate=validate.Length(max=20))
    languages = fields.List(fields.String(validate=LANGUAGE), validate=validate.Length(1, 50))
    countries = fields.List(
        fields.String(validate=validate.Regexp(r"^[A-Z]{2}$", error="Send DE, FR, …")),
        validate=validate.Length(1, 250),
    )
    devices = fields.List(
        fields.String(validate=validate.OneOf(["phone", "tablet", "desktop"])),
        validate=validate.Length(1, 3),
    )
    percent = fields.Float(
        validate=validate.Range(0, 100), metadata={"description": "Sticky share of people"}
    )


class Waits(Typed):
    """Days to wait after a popup was shown, by what came of it; null is for ever."""

    answered = fields.Float(allow_none=True, validate=DAYS)
    dismissed = fields.Float(allow_none=True, validate=DAYS)
    snoozed = fields.Float(allow_none=True, validate=DAYS)
    ignored = fields.Float(allow_none=True, validate=DAYS)


class CoolDown(fields.Field[Any]):
    """Days since any other survey of the project was shown; one number, or one an outcome."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            given = Waits().load(value)
            missing = sorted(set(OUTCOMES) - set(given))
            if missing:
                raise ValidationError(f"Say also how long after: {', '.join(missing)}.")
            return given
        if not _number(value) or not 0 <= value <= LONGEST_DAYS:
            raise ValidationError(
                f"Send days from 0 to {LONGEST_DAYS}, or days for each of {', '.join(OUTCOMES)}."
            )
        return value


class Throttle(Typed):
    """How often: days after any other survey, and days until the same one may come again (without
    them it comes once; after \"ask me later\" it comes again in a week)."""

    cool_down_days = CoolDown()
    again_after_days = fields.Nested(Waits)


class Quota(Typed):
    """How many at most; none is ever passed."""

    responses = fields.Integer(strict=True, validate=validate.Range(0, 10_000_000))
    shown = fields.Integer(strict=True, validate=validate.Range(0, 10_000_000))
    shown_a_day = fields.Integer(strict=True, validate=validate.Range(0, 10_000_000))


class Target(Typed):
    """Stop asking when there are so many answers, or when the interval is ± margin."""

    responses = fields.Integer(strict=True, validate=validate.Range(1, 10_000_000))
    margin = fields.Float(validate=validate.Range(0.1, 100))
