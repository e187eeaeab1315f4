"""Who may call, and what they learn when they may not."""

import pytest
from flask import Flask

from sayso_server.api.body import BACKEND_BYTES, PAGE_BYTES
from tests.product import Clock, Product, make_app, make_product


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://shop.example.evil"]
)
def test_a_page_of_another_origin_is_refused_before_anything_is_read(
    product: Product, origin: str
) -> None:
    visitor = product.visitor()
    visitor.origin = origin
    response = visitor.post("decide", b"this is not even JSON")
    assert (response.status_code, response.json["code"]) == (403, "origin_not_allowed")


def test_an_unknown_public_key_is_not_found(product: Product) -> None:
    for path in ("decide", "responses", "live"):
        response = product.client.post(f"/v1/p/pk_unknown/{path}", headers={"Origin": "https://a"})
        assert (response.status_code, response.json["code"]) == (404, "not_found")
    assert product.client.get("/v1/p/pk_ünknown/rules.json").status_code == 404


@pytest.mark.parametrize("key", ["sk_wrong", "", "pk", "sk_é"])
def test_a_wrong_secret_key_is_unauthorised(product: Product, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
    response = product.client.post("/v1/events", data=b"no JSON", headers=headers)
    assert (response.status_code, response.json["code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_is_forbidden(product: Product) -> None:
    from sayso_server.storage import projects  # noqa: PLC0415

    store, now = product.parts.store, product.clock.now
    key = store.write(lambda c: projects.add_secret_key(c, product.project_id, ["events"], now))
    response = product.call("GET", "/v1/surveys", key=key)
    assert (response.status_code, response.json["code"]) == (403, "scope_missing")


def test_a_revoked_key_opens_nothing(product: Product) -> None:
    from sayso_server.storage import projects  # noqa: PLC0415

    store, now = product.parts.store, product.clock.now
    store.write(lambda c: projects.revoke_secret_key(c, product.secret_key, now))
    product.parts.directory.forget()
    assert product.call("GET", "/v1/surveys").status_code == 401


def test_another_projects_things_are_simply_not_found(product: Product) -> None:
    other = make_product(product.app, product.clock)
    survey = other.survey()
    other.track("u_1")
    for method, path in (
        ("GET", f"/v1/surveys/{survey}"),
        ("PUT", f"/v1/surveys/{survey}"),
        ("DELETE", f"/v1/surveys/{survey}"),
        ("POST", f"/v1/surveys/{survey}/publish"),
        ("POST", f"/v1/surveys/{survey}/pause"),
        ("GET", f"/v1/surveys/{survey}/report"),
        ("GET", "/v1/people/u_1"),
    ):
        body = (
            {"name": "x", "template": "csat", "trigger": {"event": "e"}}
            if method == "PUT"
            else None
        )
        response = product.call(method, path, body)
        assert response.status_code == 404, (method, path)
    assert product.call("DELETE", "/v1/people/u_1").status_code == 204
    assert other.call("GET", "/v1/people/u_1").status_code == 200


def test_an_invitation_of_another_project_is_not_found(product: Product) -> None:
    other = make_product(product.app, product.clock)
    other.survey()
    stolen = other.visitor().did()["invitation"]
    visitor = product.visitor()
    assert visitor.state(stolen, "shown").status_code == 404
    body = {"invitation": stolen, "answers": [{"question": "score", "value": 5}]}
    assert visitor.post("responses", body).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b"7", b'"x"', b"null", b"[" * 60_000, b"\xff\xfe", b'{"a": NaN}'],
)
def test_a_body_that_is_no_json_object_is_a_clear_error(product: Product, body: bytes) -> None:
    response = product.visitor().post("decide", body)
    assert response.status_code in (400, 422)
    assert set(response.json) == {"code", "message", "errors"}


def test_a_number_of_five_thousand_digits_is_a_clear_error(product: Product) -> None:
    assert product.visitor().post("decide", b'{"visitor": ' + b"9" * 5000 + b"}").status_code == 400


def test_too_large_a_body_is_refused(product: Product) -> None:
    page = product.visitor().post("decide", b" " * (PAGE_BYTES + 1))
    assert (page.status_code, page.json["code"]) == (413, "request_entity_too_large")
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    backend = product.client.post("/v1/events", data=b" " * (BACKEND_BYTES + 1), headers=headers)
    assert backend.status_code == 413


def test_too_many_calls_are_told_when_to_come_back(
    migrated_sqlite_url: str, tmp_path: object, clock: Clock
) -> None:
    from pathlib import Path  # noqa: PLC0415

    app: Flask = make_app(migrated_sqlite_url, Path(str(tmp_path)), clock, page_calls_per_minute=2)
    visitor = make_product(app, clock).visitor()
    for _ in range(2):
        assert visitor.post("decide", {}).status_code == 422
    response = visitor.post("decide", {})
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_an_unknown_address_is_the_same_error_body(product: Product) -> None:
    response = product.client.get("/v1/nothing/here")
    assert response.status_code == 404
    assert set(response.json) == {"code", "message", "errors"}


def test_any_origin_may_read_the_page_calls_without_credentials(product: Product) -> None:
    response = product.visitor().post("decide", {})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Access-Control-Allow-Credentials" not in response.headers
