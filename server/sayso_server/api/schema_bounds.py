"""Translates our marshmallow fields and validators into JSON Schema for the OpenAPI description.

A test fails if a field or validator that a request uses is missing here. Rules that JSON Schema
cannot express (`Means`, and everything that raises `Meaningless`) have their own error code.
"""

from collections.abc import Callable, Mapping
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields, validate

from sayso_server import text_patterns, user_ids
from sayso_server.api import fields as ours
from sayso_server.api.backend import survey_patch, text_fields, throttle_schemas, trigger_schemas
from sayso_server.api.backend.condition_schemas import Conditions, bounded
from sayso_server.api.backend.strict_schema import LONGEST_DAYS, NOTHING
from sayso_server.api.batch_validation import Batch
from sayso_server.api.page.schemas import AnswerValue
from sayso_server.decision import values
from sayso_server.decision.compile import OUTCOMES
from sayso_server.questionnaire.kinds.words import LONGEST

Json = dict[str, Any]


def _range(bounds: Any) -> Json:
    least = "minimum" if bounds.min_inclusive else "exclusiveMinimum"
    most = "maximum" if bounds.max_inclusive else "exclusiveMaximum"
    limits = {least: bounds.min, most: bounds.max}
    return {name: bound for name, bound in limits.items() if bound is not None}


def _characters(bounds: Any) -> Json:
    return _length(bounds, "minLength", "maxLength")


def _entries(bounds: Any) -> Json:
    return _length(bounds, "minItems", "maxItems")


def _length(bounds: Any, least: str, most: str) -> Json:
    if bounds.equal is not None:
        return {least: bounds.equal, most: bounds.equal}
    limits = {least: bounds.min, most: bounds.max}
    return {name: bound for name, bound in limits.items() if bound is not None}


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
    return text_patterns.not_matching(text_patterns.UNPRINTABLE, user_ids.PATTERN)


def _cool_down(_: Any) -> Json:
    """A number of days, or a number for each outcome."""
    waits = {"$ref": "#/components/schemas/Waits"}
    by_outcome = {"allOf": [waits, {"required": [*OUTCOMES]}]}
    days = {"type": "number", "minimum": 0, "maximum": LONGEST_DAYS}
    return {"oneOf": [days, by_outcome]}


def _plain(kind: str, **more: Any) -> Callable[[Any], Json]:
    return lambda _: {"type": kind, **more}


def _as_it_is(_: Any) -> Json:
    """apispec's own schema is already exact."""
    return {}


ANYTHING = ("string", "number", "boolean", "object", "array", "null")

FIELDS: Mapping[type[fields.Field[Any]], Callable[[Any], Json]] = {
    ours.Number: _plain("number"),
    ours.WholeNumber: _plain("integer"),
    ours.TrueOrFalse: _plain("boolean"),
    ours.Id: _plain("string", format="uuid", pattern=text_patterns.UUID),
    ours.DayField: _plain("string", format="date", pattern=text_patterns.DAY),
    ours.MomentField: _plain("string", pattern=text_patterns.MOMENT),
    ours.Identifier: lambda _: text_patterns.not_matching(text_patterns.UNPRINTABLE),
    ours.UserId: _user_id,
    ours.Properties: _properties,
    # Any value is accepted; see `fields.LanguageTag`.
    ours.LanguageTag: lambda _: {"type": [*ANYTHING]},
    ours.List: _plain("array"),
    Conditions: _plain("array"),
    Batch: _plain("array"),
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
    # Query parameters (parsed from text), and fields that are only in replies.
    fields.String: _plain("string"),
    fields.Integer: _plain("integer"),
    fields.Boolean: _plain("boolean"),
    fields.Nested: _as_it_is,
    fields.Raw: _as_it_is,
    fields.List: lambda _: {"type": "array"},
}


REFUSED_BY_ITSELF = {
    "description": "Any other entry is refused by itself, with a result at its index in `results`; "
    "it does not fail the other entries"
}

_KEPT = ("description", "default", "examples", "readOnly", "writeOnly", "items")


def bounds_of(field: Any) -> Json:
    """The JSON Schema of a field's values, without null."""
    schema = dict(FIELDS[type(field)](field))
    for validator in field.validators:
        translate = VALIDATORS.get(type(validator)) or VALIDATORS[validator]
        schema |= translate(validator)
    return schema


class ExactConverter(OpenAPIConverter):
    """apispec's converter with our fields and validators. A marshmallow schema may have `rules`, a
    JSON Schema across its fields, or `forms`, the variants of its object."""

    def field2property(self, field: Any) -> Json:
        schema: Json = super().field2property(field)
        if type(field) not in FIELDS:
            return schema
        kept = {name: schema[name] for name in _KEPT if name in schema}
        if isinstance(field, Batch):
            kept["items"] = {"anyOf": [kept["items"], REFUSED_BY_ITSELF]}
        exact = self._exact(field)
        if isinstance(field, survey_patch.AsSent):
            exact = self.field2property(field.inner)
        return {**kept, **(_or_null(exact) if field.allow_none else exact)}

    def _field2parameter(self, field: Any, *, name: str, location: str) -> Json:
        """A parameter is never null: it is a text or left out."""
        parameter: Json = super()._field2parameter(field, name=name, location=location)
        schema = parameter["schema"]
        kinds = schema.get("type")
        if isinstance(kinds, list):
            (schema["type"],) = (kind for kind in kinds if kind != "null")
        if schema.get("default", "") is None:
            del schema["default"]
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
        return parameter

    def _exact(self, field: Any) -> Json:
        nested = isinstance(field, fields.Nested)
        resolve: Any = self.resolve_nested_schema
        reference = resolve(field.schema) if nested else {}
        return {**reference, **bounds_of(field)}

    def schema2jsonschema(self, schema: Any) -> Json:
        convert: Any = super().schema2jsonschema
        converted: Json = convert(schema)
        forms = getattr(schema, "forms", None)
        if forms is not None:
            return {"oneOf": [_variant(converted, form) for form in forms]}
        return {**converted, **getattr(schema, "rules", {})}


def _variant(schema: Json, form: Json) -> Json:
    """One variant of an object with all its fields, so that generators of test data need not search
    for valid combinations."""
    properties = {
        name: {**inner, **form["properties"].get(name, {})}
        for name, inner in schema["properties"].items()
        if form["properties"].get(name) != NOTHING
    }
    required = sorted({*schema.get("required", ()), *form["required"]})
    return {**schema, "properties": properties, "required": required}


def _or_null(exact: Json) -> Json:
    if "type" not in exact:
        return {"anyOf": [exact, {"type": "null"}]} if exact else {}
    kinds = [exact["type"]] if isinstance(exact["type"], str) else exact["type"]
    enum = {"enum": [*exact["enum"], None]} if "enum" in exact else {}
    return {**exact, "type": [*kinds, *([] if "null" in kinds else ["null"])], **enum}


class ExactPlugin(MarshmallowPlugin):
    Converter = ExactConverter
