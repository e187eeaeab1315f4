"""Schemas of triggers: the event, page moment or date of a person that starts a survey."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from sayso_server.api.backend.condition_schemas import conditions
from sayso_server.api.backend.strict_schema import (
    DAYS,
    LONGEST_DAYS,
    LONGEST_WAIT,
    NOTHING,
    StrictSchema,
)
from sayso_server.api.backend.text_fields import LocalText
from sayso_server.api.fields import NAME, Identifier, List, Number, WholeNumber
from sayso_server.decision.compile import PRESETS
from sayso_server.decision.page_rules import LONGEST, MATCHES

LONGEST_LABEL = 40  # characters


class UrlRule(StrictSchema):
    match = fields.String(required=True, validate=validate.OneOf(MATCHES))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))


class AfterSchema(StrictSchema):
    """A sequence: `event` happened before, at most `within` seconds ago."""

    event = Identifier(required=True, validate=NAME)
    within = Number(required=True, validate=validate.Range(1, LONGEST_WAIT))
    filters = conditions()


class Unless(StrictSchema):
    """An absence: `event` does not happen within so many seconds. The survey waits that long."""

    event = Identifier(required=True, validate=NAME)
    within = Number(required=True, validate=validate.Range(1, LONGEST_WAIT))


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
    "embed": {"url"},
    "button": {"url", "label"},
    "lifecycle": {"url", "preset", "attribute", "after_days", "every_days", "spread_days"},
}
_REQUIRED: dict[str, tuple[str, str]] = {
    "event": ("event", "Name the event that starts the survey."),
    "scroll": ("percent", "Say after how many percent of the page."),
    "time_on_page": ("seconds", "Say after how many seconds."),
    "inactivity": ("seconds", "Say after how many seconds without input."),
}


class Label(LocalText):
    """The text of a button."""

    described = "ShortText"

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> dict[str, str]:
        texts = super()._deserialize(value, *rest, **more)
        if any(len(text) > LONGEST_LABEL for text in texts.values()):
            raise ValidationError(f"Send a label of at most {LONGEST_LABEL} characters.")
        return texts


def _form(kind: str, *needed: str, **properties: Any) -> dict[str, Any]:
    """The JSON Schema of a trigger of this kind."""
    others = {_json_name(name) for names in _FIELDS.values() for name in names}
    others -= {_json_name(name) for name in _FIELDS[kind]}
    # The kind defaults to "event".
    kind_field = [] if kind == "event" else ["kind"]
    return {
        "required": [*kind_field, *needed],
        "properties": {
            "kind": {"const": kind},
            **dict.fromkeys(sorted(others), NOTHING),
            **properties,
        },
    }


def _json_name(name: str) -> str:
    return "from" if name == "source" else name


def _forms(kind: str) -> list[dict[str, Any]]:
    if kind == "event":
        return [_form(kind, "event", nth=NOTHING), _form(kind, "event", "nth", every=NOTHING)]
    if kind == "click":
        return [_form(kind, "selector", text=NOTHING), _form(kind, "text", selector=NOTHING)]
    if kind == "lifecycle":
        by_date = _form(kind, "attribute", "after_days", preset=NOTHING)
        return [_form(kind, "preset"), by_date]
    return [_form(kind, *([_REQUIRED[kind][0]] if kind in _REQUIRED else []))]


class TriggerSchema(StrictSchema):
    """What starts the survey: an event (`{"event": …}`), or a `kind`: something that happens on the
    page, an element of the page (`embed`, `button`), or a recurring date of the person
    (`{"kind": "lifecycle", "preset": "relationship"}`)."""

    forms: ClassVar = [form for kind in _FIELDS for form in _forms(kind)]

    kind = fields.String(validate=validate.OneOf(list(_FIELDS)))
    event = Identifier(validate=NAME)
    filters = conditions()
    source = fields.String(data_key="from", validate=validate.OneOf(["page", "backend"]))
    delay = Number(validate=validate.Range(0, LONGEST_WAIT))
    every = WholeNumber(validate=validate.Range(1, 10_000))
    nth = WholeNumber(validate=validate.Range(1, 10_000))
    after = fields.Nested(AfterSchema)
    unless = fields.Nested(Unless)
    cancel_on = List(Identifier(validate=NAME), validate=validate.Length(1, 10))
    url = fields.Nested(UrlRule)
    selector = fields.String(validate=validate.Length(1, 300))
    text = fields.String(validate=validate.Length(1, 100))
    percent = WholeNumber(validate=validate.Range(1, 100))
    seconds = Number(validate=validate.Range(1, 86_400))
    label = Label(
        metadata={"description": "The button's text; by default “Feedback” in the page's language"}
    )
    preset = fields.String(validate=validate.OneOf(list(PRESETS)))
    attribute = Identifier(validate=NAME)
    after_days = List(Number(validate=DAYS), validate=validate.Length(1, 10))
    every_days = Number(validate=validate.Range(1, LONGEST_DAYS))
    spread_days = Number(
        validate=DAYS,
        metadata={
            "description": "People who are already due when the survey goes live are spread over "
            "so many days; by default 7, or the period of the cadence if that is shorter"
        },
    )

    @validates_schema
    def _whole(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = data.get("kind", "event")
        if kind not in _FIELDS:
            return  # `kind` has an error already
        for field in sorted(set(data) - _FIELDS[kind] - {"kind"}):
            name = _json_name(field)
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
