"""Every validation error says what to send instead."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.survey_schemas import SurveyInput
from sayso_server.api.error_body import flat
from tests.product import Clock, Product, make_app

# marshmallow's default messages, and others without a remedy.
DEFAULTS = re.compile(
    r"Not a valid|Invalid |Missing data|Field may not|Must be|Length must|Shorter than|Longer than"
    r"|Unknown field|Special numeric|does not match|cannot be formatted|may not be"
)
REMEDY = re.compile(r"\b(send|say|name|leave|remove|add|use|flatten|ask)\b", re.IGNORECASE)
TEXTS = ["", " ", "x", "x" * 20_000, "\0", "2026-13-45", "http://"]
NUMBERS = [0, 1, -1, 7, 1.5, 10**9, -(10**9), 10**400, float("inf"), True]
LISTS: list[Any] = [[], [None], ["x"], [1], ["x"] * 2_000, [{}] * 2]
OBJECTS = [{}, {"zzz": 1}, {"kind": "nps"}, {"kind": "event"}, {"en": 1}, {"property": "a"}]
BAD: list[Any] = [None, *TEXTS, *NUMBERS, *LISTS, *OBJECTS]


def loaded_schemas(app: Any) -> Iterator[Schema]:
    """Every schema that loads a request, and its nested schemas."""
    seen: set[type[Schema]] = set()
    waiting = [schema for view in app.view_functions.values() for schema in arguments_of(view)]
    while waiting:
        schema = waiting.pop()
        if type(schema) not in seen:
            seen.add(type(schema))
            yield schema
            waiting += [one for field in schema.load_fields.values() for one in inside(field)]


def arguments_of(view: Any) -> list[Schema]:
    methods = getattr(view, "view_class", None)
    views = [view] if methods is None else [getattr(methods, m.lower()) for m in methods.methods]
    documented = [getattr(one, "_apidoc", {}) for one in views]
    return [
        one["schema"]
        for doc in documented
        for one in doc.get("arguments", {}).get("parameters", ())
        if isinstance(one["schema"], Schema)
    ]


def inside(field: Any) -> list[Schema]:
    if isinstance(field, fields.Nested):
        return [field.schema]
    if isinstance(field, fields.List):
        return inside(field.inner)
    return []


def refusals(schema: Schema) -> Iterator[tuple[str, str]]:
    """The schema's errors for bad values, as (field, message)."""
    bodies: list[Any] = [{}, [], "x", None, {"zzz": 1}]
    for body in bodies:
        yield from refused(schema, body)
    for name, field in schema.load_fields.items():
        for value in BAD:
            yield from refused(schema, {field.data_key or name: value})


def refused(schema: Schema, body: Any) -> Iterator[tuple[str, str]]:
    try:
        schema.load(body)
    except ValidationError as error:
        for field, messages in flat(error.messages).items():
            for message in messages:
                yield field, message


@pytest.fixture
def schemas(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> list[Schema]:
    return [*loaded_schemas(make_app(migrated_sqlite_url, tmp_path, clock))]


def test_every_error_says_what_to_send_instead(schemas: list[Schema]) -> None:
    assert {"SentSchema", "PersonSchema", "PageEvent", "Question", "Condition", "PolicySchema"} <= {
        type(schema).__name__ for schema in schemas
    }
    said = {
        (type(schema).__name__, re.sub(r"\d", "", field), message)
        for schema in schemas
        for field, message in refusals(schema)
    }
    wrong = {one for one in said if DEFAULTS.search(one[2]) or not REMEDY.search(one[2])}
    assert wrong == set()
    assert len(said) > 200


def test_every_schema_that_refuses_unknown_fields_names_the_known_ones(
    schemas: list[Schema],
) -> None:
    for schema in schemas:
        if schema.unknown == "raise":
            assert isinstance(schema, StrictSchema), type(schema)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("titel", None),
        ("Trigger", "trigger"),
        ("trigers", "trigger"),
        ("askWithin", "ask_within"),
        ("end_at", "ends_at"),
        ("xyz", None),
    ],
)
def test_the_error_for_an_unknown_field_suggests_a_known_one(typed: str, meant: str | None) -> None:
    messages = dict(refused(SurveyInput(), {typed: 1}))
    said = messages[typed]
    assert (f"did you mean `{meant}`?" in said) is (meant is not None)
    for known in ("audience", "questions", "trigger"):
        assert known in said


def test_the_error_for_a_missing_list_names_its_items(product: Product) -> None:
    body = {"name": "x", "questions": {}, "trigger": {"event": "e", "cancel_on": "left"}}
    errors = product.call("POST", "/v1/surveys", body).json["errors"]
    assert "a list of objects, each with id and kind" in errors["questions"][0]
    assert "a list of texts" in errors["trigger.cancel_on"][0]
    (sentence,) = product.call("POST", "/v1/events", {"events": {}}).json["errors"]["events"]
    assert "a list of objects, each with id and name" in sentence


def test_the_error_for_a_wrong_method_lists_the_allowed_ones(product: Product) -> None:
    response = product.call("PATCH", "/v1/people")
    assert response.status_code == 405
    for method in ("GET", "POST", "DELETE"):
        assert method in response.json["message"]


def test_a_body_that_is_not_an_object_is_refused(product: Product) -> None:
    bodies: list[Any] = [[], "x", 5, True]
    for body in bodies:
        errors = product.call("POST", "/v1/surveys", body).json["errors"]
        assert errors == {"body": ["Send an object, in braces."]}
