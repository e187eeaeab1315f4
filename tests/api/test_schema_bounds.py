"""Each schema accepts exactly the values that its OpenAPI description accepts.

The values lie just inside and just outside every bound in the description. A value that a schema
refuses only for its meaning counts as accepted.
"""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields

from sayso_server.api.batch_validation import Batch
from sayso_server.api.error_body import refusal
from sayso_server.api.schema_bounds import FIELDS, VALIDATORS, ExactConverter
from tests.api.test_messages import loaded_schemas
from tests.product import Clock, make_app

Json = dict[str, Any]

UUID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
TEXTS = [
    *("", " ", "\t", "\u00a0", "x", "x y", "3", "true", "null", "\u202e", "\ufffd", "\U000e0041"),
    *("undefined", " NULL ", "[object Object]", "{{ user.id }}", "000", "u_42", "a" * 16, "0" * 16),
    *("2026-03-02", "2026-3-2", "2026-02-29", "2024-02-29", "0000-01-01", "1900-02-29", "20260302"),
    *("2026-03-02T12:00:00Z", "2026-03-02t12:00:00.123+05:30", "2026-03-02T12:00:00"),
    *("2026-03-02 12:00:00Z", "2026-03-02T12:00:60Z", "2026-03-02T24:00:00Z", "2026-03-02T12:00Z"),
    *("2026-02-30T01:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("21:00", "21:00:30", "9:00", "24:00", "21:00Z", "210000", "#a1b2c3", "#a1b2c", "DE", "de"),
    *(UUID, UUID.replace("-", ""), f"{{{UUID}}}", f"urn:uuid:{UUID}", UUID.upper(), f"{UUID}\n"),
    *("name_1", "Name", "en", "pt-BR", "english-speaking", "e", "d_e", "2026-03-02\n", "é"),
]
NUMBERS = [0, 1, -1, 2, 5, 287.0, 0.5, 1.5, -0.0, 1e300, 10**30]
TEXTS_BY_LANGUAGE = [{"en": "Hello"}, {"EN": "Hello"}, {"e": "Hello"}, {"en": " "}, {"en": 1}]
VALUES: list[Any] = [
    *TEXTS,
    *NUMBERS,
    *(None, True, False, [], {}, [None], ["x"], [1], [[]], {"a": 1}, {"": 1}, {"a": {}}),
    *TEXTS_BY_LANGUAGE,
]


@pytest.fixture
def app(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Flask:
    """The application, before it generates its description."""
    return make_app(migrated_sqlite_url, tmp_path, clock)


@pytest.fixture
def described(app: Flask) -> tuple[list[Schema], ExactConverter, Json]:
    """Every schema for input, the converter to JSON Schema, and the description's components."""
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    components = api.describe()["components"]
    converter = api.ma_plugin.converter
    assert isinstance(converter, ExactConverter)
    return [*loaded_schemas(app)], converter, components


def all_fields(schemas: list[Schema]) -> Iterator[tuple[str, Any]]:
    for schema in schemas:
        for name, outer in schema.load_fields.items():
            for field in with_entries(outer):
                yield f"{type(schema).__name__}.{name}", field


def with_entries(field: Any) -> Iterator[Any]:
    yield field
    if isinstance(field, fields.List):
        yield from with_entries(field.inner)


def test_every_field_and_validator_type_is_known(app: Flask) -> None:
    found = [*all_fields([*loaded_schemas(app)])]
    assert {name for name, field in found if type(field) not in FIELDS} == set()
    unknown = {
        name
        for name, field in found
        for validator in field.validators
        if type(validator) not in VALIDATORS and validator not in VALIDATORS
    }
    assert unknown == set()
    assert len(found) > 200


def test_each_field_accepts_what_its_description_accepts(described: Any) -> None:
    schemas, converter, components = described
    tried, wrong = 0, []
    for name, field in all_fields([one for one in schemas if not is_of_texts(one)]):
        if isinstance(field, fields.Nested | Batch):
            continue
        schema = {**converter.field2property(field), "components": components}
        allows = validator(schema).is_valid
        for value in [*VALUES, *borders(schema, schema)]:
            tried += 1
            if allows(value) is not reads(field.deserialize, value):
                wrong.append((name, value, "described" if allows(value) else "not described"))
    assert wrong == [], "\n".join(map(repr, wrong))[:6000]
    assert tried > 10_000


def test_each_schema_accepts_what_its_description_accepts(described: Any) -> None:
    schemas, converter, components = described
    tried, wrong = 0, []
    for schema in schemas:
        if is_of_texts(schema):
            continue
        whole = {**converter.schema2jsonschema(schema), "components": components}
        allows = validator(whole).is_valid
        for body in bodies(schema, converter, components):
            tried += 1
            if allows(body) is not reads(schema.load, body):
                wrong.append((type(schema).__name__, body, allows(body)))
    assert wrong == [], "\n".join(map(repr, wrong))[:6000]
    assert tried > 5_000


def is_of_texts(schema: Schema) -> bool:
    """Whether the schema reads query parameters: these are strings, tested by schemathesis."""
    return type(schema).__name__ in QUERIES


QUERIES = {"PersonQuery", "ReportQuery", "DecisionsQuery", "Publish", "Revocation", "Confirmation"}


def validator(schema: Json) -> Any:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def reads(read: Any, value: Any) -> bool:
    try:
        read(value)
    except ValidationError as error:
        return refusal(error.messages)[0] == "unworkable"
    return True


def borders(schema: Json, whole: Json) -> Iterator[Any]:
    """Values just inside and just outside every bound in the schema."""
    schema = resolved(schema, whole)
    yield from schema.get("enum", ())
    for keyword in {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} & set(schema):
        bound = schema[keyword]
        yield from (bound, bound - 1, bound + 1, bound - 0.25, bound + 0.25, str(bound))
    for keyword in {"minLength", "maxLength"} & set(schema):
        yield from ("a" * n for n in around(schema[keyword]))
    if "items" in schema:
        item = first_valid(schema["items"], whole)
        for keyword in {"minItems", "maxItems"} & set(schema):
            yield from ([item] * n for n in around(schema[keyword]))
    if "maxProperties" in schema:
        yield from ({f"n{k}": 1 for k in range(n)} for n in around(schema["maxProperties"]))
        yield from ({"n" * n: 1} for n in (128, 129))
    for one in (one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())):
        yield from borders(one, whole)


def around(n: int) -> list[int]:
    return [one for one in (n - 1, n, n + 1) if one >= 0]


def resolved(schema: Json, whole: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def first_valid(schema: Json, whole: Json) -> Any:
    """The smallest value that the schema allows."""
    schema = resolved(schema, whole)
    allows = validator({**schema, "components": whole["components"]}).is_valid
    return next(value for value in candidates(schema, whole) if value is not None and allows(value))


def candidates(schema: Json, whole: Json) -> Iterator[Any]:
    yield from schema.get("enum", ())
    yield from VALUES
    yield "https://shop.example"
    forms = (schema, *(one for key in ("oneOf", "anyOf") for one in schema.get(key, ())))
    for form in (resolved(form, whole) for form in forms):
        said = form.get("properties", {})
        least = {name: first_valid(said[name], whole) for name in form.get("required", ()) if said}
        yield least
        yield from ({**least, name: first_valid(one, whole)} for name, one in said.items())
    yield from borders(schema, whole)


def bodies(schema: Schema, converter: ExactConverter, components: Json) -> Iterator[Json]:
    """Combinations of up to 2 or 3 fields, with and without the required ones, per enum value."""
    whole = {"components": components}
    describe: Any = super(ExactConverter, converter).schema2jsonschema
    said = describe(schema)
    values = {name: first_valid(one, whole) for name, one in said["properties"].items()}
    required = {name: values[name] for name in said.get("required", ())}
    yield {}
    yield {**required, "zzz": 1}
    kinds = [
        {name: choice}
        for name, one in said["properties"].items()
        for choice in one.get("enum", ())
        if choice is not None
    ]
    for kind in kinds or [{}]:
        for some in (0, 1, 2, 3 if len(values) < 7 else 2):
            for chosen in combinations(values, some):
                given = {name: values[name] for name in chosen}
                yield {**given, **kind}
                yield {**required, **given, **kind}
