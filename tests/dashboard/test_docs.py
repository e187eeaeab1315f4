"""`/docs`: every API call for human readers, with examples that work."""

from typing import Any

import pytest

from sayso_server.dashboard.examples import EXAMPLES
from sayso_server.dashboard.reference import METHODS, sections
from tests.dashboard.member import Member, text_of
from tests.product import Product


@pytest.fixture
def spec(product: Product) -> Any:
    return product.client.get("/v1/openapi.json").json


def test_anybody_may_read_the_reference(product: Product) -> None:
    assert Member(product).get("/docs").status_code == 200


def test_every_call_is_there_with_an_example(product: Product, spec: Any) -> None:
    page = text_of(product.client.get("/docs").text)
    calls = [
        (method.upper(), path)
        for path, operations in spec["paths"].items()
        for method in METHODS
        if method in operations
    ]
    assert len(calls) >= 20
    for method, path in calls:
        assert f"{method} {path}" in page
    assert page.count("curl ") == len(calls)


def test_every_call_with_a_body_has_an_example_of_it(spec: Any) -> None:
    with_body = {
        f"{method.upper()} {path}"
        for path, operations in spec["paths"].items()
        for method in METHODS
        if "requestBody" in operations.get(method, {})
    }
    assert with_body == set(EXAMPLES)


@pytest.mark.parametrize("call", [call for call in EXAMPLES if not call.endswith("/live")])
def test_an_example_is_understood_by_the_server(product: Product, call: str) -> None:
    survey = product.survey()
    method, path = call.split(" ")
    path = path.replace("{survey_id}", survey).replace("{public_key}", product.public_key)
    path = path.replace("{secret}", "INVITATION").replace("{name}", "power-users")
    if "/p/" in path:
        response = product.visitor().post(
            path.rpartition(f"{product.public_key}/")[2], EXAMPLES[call]
        )
    else:
        response = product.call(method, path, EXAMPLES[call])
    sent = str((path, EXAMPLES[call]))
    made_up = "INVITATION" in sent or "RECEIPT" in sent
    unknown_token = "DEBUG_TOKEN" in str(EXAMPLES[call]) and "debug_token" in response.json["code"]
    unknown = (response.status_code == 404 and made_up) or unknown_token
    assert response.status_code < 300 or unknown, response.text


def test_a_field_says_its_type_its_bounds_and_whether_it_is_required(spec: Any) -> None:
    calls = {
        f"{c.method} {c.path}": c for section in sections(spec, "https://x") for c in section.calls
    }
    fields = {field.name: field for field in calls["POST /v1/surveys"].body}
    assert fields["name"][1:4] == ("string", True, "1 to 128 characters")
    assert fields["template"].bounds == "one of nps, csat, ces, servqual"
    assert fields["trigger.delay"][1:4] == ("number", False, "0 to 31,536,000")
    assert fields["questions[].options"].bounds == "2 to 50 items"
    (reply,) = calls["POST /v1/surveys"].replies
    assert reply.status == "201"
    assert "state" in {field.name for field in reply.fields}


def test_a_field_of_several_forms_says_all_that_it_may_be(spec: Any) -> None:
    fields = {
        f"{call.id} {field.name}": field
        for section in sections(spec, "https://ask.example")
        for call in section.calls
        for field in call.body
    }
    event = "post-v1-events events[]"
    assert fields["post-v1-events events"].type == "list of object"
    assert {fields[f"{event}.{name}"].required for name in ("id", "name")} == {True}
    assert fields[f"{event}.user_id"].bounds == "1 to 256 characters; default null"
    assert fields[f"{event}.at"].type == "date-time or null"
    assert "matches" not in fields[f"{event}.at"].bounds
    condition = "post-v1-surveys audience.attributes[]"
    operators = fields[f"{condition}.op"].bounds.removeprefix("one of ").split(", ")
    assert {"eq", "in", "exists"} <= set(operators)
    assert {"string", "number", "boolean"} <= set(fields[f"{condition}.value"].type.split(" or "))
    named = fields["patch-v1-surveys-survey_id template"]
    assert (named.type, named.bounds) == ("string or null", "one of nps, csat, ces, servqual")


def test_nothing_that_one_may_send_is_told_as_anything(spec: Any) -> None:
    vague = {
        f"{call.id} {field.name}": field.description
        for section in sections(spec, "https://ask.example")
        for call in section.calls
        for field in call.body
        if "any" in field.type.split()
    }
    assert {name: told for name, told in vague.items() if told != "Read-only; ignored"} == {}


def test_an_example_has_what_its_query_must_say(spec: Any) -> None:
    for section in sections(spec, "https://x"):
        for call in section.calls:
            required = [one.name for one in call.parameters if one.required]
            for name in required:
                said = (f"?{name}=", f"&{name}=", f"-H '{name}: ")
                in_path = f"{{{name}}}" in call.path
                assert in_path or any(map(call.example.__contains__, said)), (
                    call.method,
                    call.path,
                )


def test_a_schema_that_contains_itself_ends() -> None:
    node = {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}
    call = {"tags": ["backend"], "requestBody": body, "responses": {}}
    spec = {"paths": {"/x": {"post": call}}, "components": {"schemas": {"Node": node}}}
    assert len(sections(spec, "")[0].calls[0].body) <= 6
