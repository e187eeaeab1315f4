"""What each of our fields and validators lets pass, as JSON Schema: the one place where a bound
that the code keeps becomes one that the description has.

A field or a validator that is not named here is read by nobody's call, or a test fails. What no
schema can say (`Means`, and whatever raises `Meaningless`) is refused with a code of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields, validate

from sayso_server.api import fields as ours
from sayso_server.api import json_forms, user_ids
from sayso_server.api.backend import survey_patch, text_fields, throttle_schemas, trigger_schemas
from sayso_server.api.backend.condition_schemas import Conditions, bounded
from sayso_server.api.backend.typed import LONGEST_DAYS, NOTHING
from sayso_server.api.each import EachLater
from sayso_server.api.page.schemas import AnswerValue
from sayso_server.decision import values
from sayso_server.decision.compile import OUTCOMES
from sayso_server.questionnaire.kinds.words import LONGEST

Json = dict[str, Any]


def _range(bounds: Any) -> Json:
    least = "minimum" if bounds.min_inclusive else "exclusiveMinimum"
    most = "maximum" if bounds.max_inclusive else "exclusiveMaximum"
    said = {least: bounds.min, most: bounds.max}
    return {name: bound for name, bound in said.items() if bound is not None}


def _characters(bounds: Any) -> Json:
    return _length(bounds, "minLength", "maxLength")


def _entries(bounds: Any) -> Json:
    return _length(bounds, "minItems", "maxItems")


def _length(bounds: Any, least: str, most: str) -> Json:
    if bounds.equal is not None:
        return {least: bounds.equal, most: bounds.equal}
    said = {least: bounds.min, most: bounds.max}
    return {name: bound for name, bound in said.items() if bound is not None}


VALIDATORS: Mapping[Any, Callable[[Any], Json]] = {
    validate.Range: _range,
    validate.Length: _characters,
    ours.Entries: _entries,
    validate.OneOf: lambda one_of: {"enum": [*one_of.choices]},
    ours.Form: lambda form: {"pattern": form.regex.pattern},
    ours.Means: lambda _: {},
    bounded: lambda _: {},
}


def _component(name: str) -> Json:
    return {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}


def _properties(field: Any) -> Json:
    return {
        "type": "object",
        "maxProperties": values.NAMES_AT_MOST,
        "propertyNames": {"minLength": 1, "maxLength": values.LONGEST_NAME},
        "additionalProperties": ours.VALUE,
        "x-maxBytes": field.most_bytes,
    }


def _user_id(_: Any) -> Json:
    return json_forms.lacking(json_forms.UNPRINTABLE, user_ids.PATTERN)


def _cool_down(_: Any) -> Json:
    """A number of days, or one for each outcome."""
    waits = {"$ref": "#/components/schemas/Waits"}
    each = {"allOf": [waits, {"required": [*OUTCOMES]}]}
    days = {"type": "number", "minimum": 0, "maximum": LONGEST_DAYS}
    return {"oneOf": [days, each]}


def _plain(kind: str, **more: Any) -> Callable[[Any], Json]:
    return lambda _: {"type": kind, **more}


def _as_it_is(_: Any) -> Json:
    """What apispec says of it is exact."""
    return {}


ANYTHING = ("string", "number", "boolean", "object", "array", "null")

FIELDS: Mapping[type[fields.Field[Any]], Callable[[Any], Json]] = {
    ours.Number: _plain("number"),
    ours.WholeNumber: _plain("integer"),
    ours.TrueOrFalse: _plain("boolean"),
    ours.Id: _plain("string", format="uuid", pattern=json_forms.UUID),
    ours.Day: _plain("string", format="date", pattern=json_forms.DAY),
    ours.Moment: _plain("string", pattern=json_forms.MOMENT),
    ours.Identifier: lambda _: json_forms.lacking(json_forms.UNPRINTABLE),
    ours.UserId: _user_id,
    ours.Properties: _properties,
    # What a page's host wrote is read whatever it is.
    ours.LanguageTag: lambda _: {"type": [*ANYTHING]},
    ours.List: _plain("array"),
    Conditions: _plain("array"),
    EachLater: _plain("array"),
    AnswerValue: lambda _: {
        "anyOf": [
            {"type": ["integer", "boolean", "object", "null"]},
            {"type": "string", "maxLength": LONGEST},
            {"type": "array", "items": {"type": "string"}},
        ]
    },
    text_fields.Language: lambda _: _component("LanguageTag"),
    text_fields.LocalText: lambda field: _component(field.described),
    text_fields.BuiltinOrOwn: lambda field: _component(field.described),
    trigger_schemas.Label: lambda field: _component(field.described),
    throttle_schemas.CoolDown: _cool_down,
    survey_patch.Merged: lambda field: {"type": [*field.types]},
    survey_patch.AsSent: _as_it_is,
    # Parameters are texts, of which these are read; and whatever is only ever sent by us.
    fields.String: _plain("string"),
    fields.Integer: _plain("integer"),
    fields.Boolean: _plain("boolean"),
    fields.Nested: _as_it_is,
    fields.Raw: _as_it_is,
    fields.List: lambda _: {"type": "array"},
}


REFUSED_BY_ITSELF = {
    "description": "Whatever else an entry is, it is refused by itself, in its place of `results`, "
    "and costs no other entry"
}

_KEPT = ("description", "default", "examples", "readOnly", "writeOnly", "items")


def bounds_of(field: Any) -> Json:
    """All that a field lets pass, beside null."""
    said = dict(FIELDS[type(field)](field))
    for validator in field.validators:
        known = VALIDATORS.get(type(validator)) or VALIDATORS[validator]
        said |= known(validator)
    return said


class ExactConverter(OpenAPIConverter):
    """apispec's, with our fields and validators, and with a schema's own `rules` for what its
    fields may say together, or the `forms` that it has."""

    def field2property(self, field: Any) -> Json:
        said: Json = super().field2property(field)
        if type(field) not in FIELDS:
            return said
        kept = {name: said[name] for name in _KEPT if name in said}
        if isinstance(field, EachLater):
            kept["items"] = {"anyOf": [kept["items"], REFUSED_BY_ITSELF]}
        exact = self._exact(field)
        if isinstance(field, survey_patch.AsSent):
            exact = self.field2property(field.inner)
        return {**kept, **(_or_null(exact) if field.allow_none else exact)}

    def _field2parameter(self, field: Any, *, name: str, location: str) -> Json:
        """A parameter is a text or left out: never null."""
        said: Json = super()._field2parameter(field, name=name, location=location)
        schema = said["schema"]
        kinds = schema.get("type")
        if isinstance(kinds, list):
            (schema["type"],) = (kind for kind in kinds if kind != "null")
        if schema.get("default", "") is None:
            del schema["default"]
        if "enum" in schema:
            schema["enum"] = [one for one in schema["enum"] if one is not None]
        return said

    def _exact(self, field: Any) -> Json:
        nested = isinstance(field, fields.Nested)
        resolve: Any = self.resolve_nested_schema
        reference = resolve(field.schema) if nested else {}
        return {**reference, **bounds_of(field)}

    def schema2jsonschema(self, schema: Any) -> Json:
        describe: Any = super().schema2jsonschema
        said: Json = describe(schema)
        forms = getattr(schema, "forms", None)
        if forms is not None:
            return {"oneOf": [_whole(said, form) for form in forms]}
        return {**said, **getattr(schema, "rules", {})}


def _whole(said: Json, form: Json) -> Json:
    """One variant of an object with all its fields, so that a generator of test data need not find
    out which fields go together."""
    properties = {
        name: {**one, **form["properties"].get(name, {})}
        for name, one in said["properties"].items()
        if form["properties"].get(name) != NOTHING
    }
    required = sorted({*said.get("required", ()), *form["required"]})
    return {**said, "properties": properties, "required": required}


def _or_null(exact: Json) -> Json:
    if "type" not in exact:
        return {"anyOf": [exact, {"type": "null"}]} if exact else {}
    kinds = [exact["type"]] if isinstance(exact["type"], str) else exact["type"]
    enum = {"enum": [*exact["enum"], None]} if "enum" in exact else {}
    return {**exact, "type": [*kinds, *([] if "null" in kinds else ["null"])], **enum}


class ExactPlugin(MarshmallowPlugin):
    Converter = ExactConverter
