"""Access to the API: origins, keys, scopes, limits, and the errors for a refused call."""

from pathlib import Path
from uuid import UUID

import pytest

from sayso_server.api.body import BACKEND_BYTES, PAGE_BYTES
from sayso_server.dashboard.examples import EXAMPLES, QUERIES
from sayso_server.storage.projects import keys
from tests.product import ORIGIN, Clock, Product, make_app, make_product

SCOPES = {
    "POST /v1/events": "events",
    "POST /v1/people": "events",
    "GET /v1/people": "read",
    "DELETE /v1/people": "manage",
    "GET /v1/surveys": "read",
    "POST /v1/surveys": "manage",
    "GET /v1/surveys/{survey_id}": "read",
    "PUT /v1/surveys/{survey_id}": "manage",
    "PATCH /v1/surveys/{survey_id}": "manage",
    "DELETE /v1/surveys/{survey_id}": "manage",
    "POST /v1/surveys/{survey_id}/publish": "manage",
    "POST /v1/surveys/{survey_id}/pause": "manage",
    "POST /v1/surveys/{survey_id}/resume": "manage",
    "POST /v1/surveys/{survey_id}/end": "manage",
    "GET /v1/surveys/{survey_id}/versions": "read",
    "GET /v1/surveys/{survey_id}/versions/{number}": "read",
    "GET /v1/surveys/{survey_id}/report": "read",
    "POST /v1/surveys/{survey_id}/simulate": "read",
    "GET /v1/decisions": "read",
    "GET /v1/policy": "read",
    "PUT /v1/policy": "manage",
    "GET /v1/segments": "read",
    "GET /v1/segments/{name}": "read",
    "PUT /v1/segments/{name}": "manage",
    "DELETE /v1/segments/{name}": "manage",
    "GET /v1/project": "read",
    "PATCH /v1/project": "manage",
    "DELETE /v1/project": "manage",
    "GET /v1/keys": "manage",
    "POST /v1/keys": "manage",
    "DELETE /v1/keys/{key_id}": "manage",
    "GET /v1/identity-keys": "manage",
    "POST /v1/identity-keys": "manage",
    "DELETE /v1/identity-keys/{kid}": "manage",
}


OTHERS_SEGMENT = "others"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://shop.example.evil"]
)
def test_a_page_on_another_origin_is_refused_before_the_body_is_read(
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
    for key in ("pk_ünknown", "pk_%00"):
        assert product.client.get(f"/v1/p/{key}/rules.json").status_code == 404


def test_an_origin_is_case_insensitive(product: Product) -> None:
    visitor = product.visitor()
    visitor.origin = ORIGIN.upper()
    assert visitor.asked() is None


@pytest.mark.parametrize("key", ["sk_wrong", "", "pk", "sk_é"])
def test_a_wrong_secret_key_is_unauthorised(product: Product, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
    response = product.client.post("/v1/events", data=b"no JSON", headers=headers)
    assert (response.status_code, response.json["code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["", "Basic "])
def test_a_secret_key_with_another_scheme_is_unauthorised(product: Product, scheme: str) -> None:
    headers = {"Authorization": f"{scheme}{product.secret_key}"}
    assert product.client.get("/v1/surveys", headers=headers).status_code == 401


@pytest.mark.parametrize("call", SCOPES)
def test_a_call_needs_its_own_scope_and_no_other(product: Product, call: str) -> None:
    method, path = call.split(" ")
    path = path.replace("{survey_id}", product.survey())
    path = path.replace("{name}", "team").replace("{kid}", "0")
    path = f"{path.replace('{key_id}', str(UUID(int=0)))}?{QUERIES.get(call, '')}"

    def status(scopes: set[str]) -> tuple[int, str]:
        _, key = product.dependencies.store.write(
            lambda c: keys.add(c, product.project_id, [*scopes], product.clock.now)
        )
        response = product.call(method, path, EXAMPLES.get(call), key=key)
        return response.status_code, response.json["code"] if response.status_code == 403 else ""

    assert status({*keys.SCOPES} - {SCOPES[call]}) == (403, "scope_missing")
    assert status({SCOPES[call]})[0] != 403


def test_every_backend_call_has_a_scope(product: Product) -> None:
    paths = product.client.get("/v1/openapi.json").json["paths"]
    secured = {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "security" in operation
    }
    assert secured == {*SCOPES}


def test_another_projects_resources_are_not_found(product: Product) -> None:
    other = make_product(product.app, product.clock)
    survey = other.survey()
    other.track("u_1")
    other.ok("PUT", f"/v1/segments/{OTHERS_SEGMENT}", {})
    for method, path in (
        ("GET", f"/v1/surveys/{survey}"),
        ("PUT", f"/v1/surveys/{survey}"),
        ("DELETE", f"/v1/surveys/{survey}"),
        ("POST", f"/v1/surveys/{survey}/publish"),
        ("PATCH", f"/v1/surveys/{survey}"),
        ("POST", f"/v1/surveys/{survey}/pause"),
        ("POST", f"/v1/surveys/{survey}/resume"),
        ("GET", f"/v1/surveys/{survey}/versions"),
        ("GET", f"/v1/surveys/{survey}/versions/1"),
        ("GET", f"/v1/segments/{OTHERS_SEGMENT}"),
        ("GET", f"/v1/surveys/{survey}/report"),
        ("POST", f"/v1/surveys/{survey}/simulate"),
        ("GET", "/v1/people?user_id=u_1"),
        ("DELETE", "/v1/people?user_id=u_1"),
    ):
        whole = {"name": "x", "template": "csat", "trigger": {"event": "e"}}
        bodies = {"PUT": whole, "PATCH": whole, "POST": {}}
        body = bodies.get(method)
        response = product.call(method, path, body)
        assert response.status_code == 404, (method, path)
    assert other.call("GET", "/v1/people?user_id=u_1").status_code == 200


def test_an_invitation_from_another_project_is_not_found(product: Product) -> None:
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
def test_a_body_that_is_not_a_json_object_is_a_clear_error(product: Product, body: bytes) -> None:
    response = product.visitor().post("decide", body)
    assert response.status_code in (400, 422)
    assert set(response.json) == {"code", "message", "errors"}


def test_a_number_of_five_thousand_digits_is_a_clear_error(product: Product) -> None:
    assert product.visitor().post("decide", b'{"visitor": ' + b"9" * 5000 + b"}").status_code == 400


def test_a_body_that_is_too_large_is_refused(product: Product) -> None:
    assert (PAGE_BYTES, BACKEND_BYTES) == (64 * 1024, 1024 * 1024)
    assert product.visitor().post("decide", b" " * PAGE_BYTES).status_code == 400
    page = product.visitor().post("decide", b" " * (PAGE_BYTES + 1))
    assert (page.status_code, page.json["code"]) == (413, "request_entity_too_large")
    headers = {"Authorization": f"Bearer {product.secret_key}"}
    backend = product.client.post("/v1/events", data=b" " * (BACKEND_BYTES + 1), headers=headers)
    assert backend.status_code == 413


def test_too_many_calls_get_retry_after(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, page_calls_per_minute=2)
    visitor = make_product(app, clock).visitor()
    for _ in range(2):
        assert visitor.post("decide", {}).status_code == 422
    response = visitor.post("decide", {})
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_each_address_has_its_own_limit(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, page_calls_per_minute=1)
    product = make_product(app, clock)
    statuses = []
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        product.client.environ_base["REMOTE_ADDR"] = address
        statuses.append(product.visitor().post("decide", {}).status_code)
    assert statuses == [422, 429, 422]


@pytest.mark.parametrize(("proxies", "second"), [(0, 429), (1, 422)])
def test_a_forwarded_address_counts_only_if_proxies_are_trusted(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, proxies: int, second: int
) -> None:
    app = make_app(
        migrated_sqlite_url, tmp_path, clock, page_calls_per_minute=1, trusted_proxies=proxies
    )
    path = f"/v1/p/{make_product(app, clock).public_key}/rules.json"
    statuses = [
        app.test_client().get(path, headers={"X-Forwarded-For": address}).status_code
        for address in ("10.0.0.1", "10.0.0.2")
    ]
    assert [status == 429 for status in statuses] == [False, second == 429]


def test_each_secret_key_has_its_own_limit(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, backend_calls_per_minute=1)
    one, other = make_product(app, clock), make_product(app, clock)
    statuses = [shop.call("GET", "/v1/surveys").status_code for shop in (one, one, other)]
    assert statuses == [200, 429, 200]


def test_processes_share_one_count_in_valkey(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, valkey_url: str
) -> None:
    for url in (valkey_url, valkey_url.replace("redis://", "valkey://")):
        limit = {"redis_url": url, "backend_calls_per_minute": 3}
        app = make_app(migrated_sqlite_url, tmp_path, clock, **limit)
        product = make_product(app, clock)
        product.ok("GET", "/v1/surveys")
        elsewhere = make_app(migrated_sqlite_url, tmp_path, clock, **limit).test_client()
        headers = {"Authorization": f"Bearer {product.secret_key}"}
        statuses = [elsewhere.get("/v1/surveys", headers=headers).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_no_limit_applies_while_valkey_is_unavailable(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    limit = {"redis_url": "redis://127.0.0.1:1", "backend_calls_per_minute": 1}
    product = make_product(make_app(migrated_sqlite_url, tmp_path, clock, **limit), clock)
    for _ in range(2):
        product.ok("GET", "/v1/surveys")


def test_a_wrong_method_gets_the_allowed_methods(product: Product) -> None:
    response = product.client.patch("/v1/events")
    assert (response.status_code, response.json["code"]) == (405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_an_internal_error_reveals_no_details(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso_server.api.backend.surveys.surveys.all_of", lambda _: 1 / 0)
    response = product.call("GET", "/v1/surveys")
    assert (response.status_code, response.json["code"]) == (500, "internal_error")
    assert "ZeroDivisionError" not in response.text


def test_an_unknown_path_gets_the_same_error_body(product: Product) -> None:
    response = product.client.get("/v1/nothing/here")
    assert response.status_code == 404
    assert set(response.json) == {"code", "message", "errors"}


def test_any_origin_may_read_page_calls_without_credentials(product: Product) -> None:
    response = product.visitor().post("decide", {})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_no_page_may_read_backend_calls(product: Product) -> None:
    headers = {"Authorization": f"Bearer {product.secret_key}", "Origin": ORIGIN}
    response = product.client.get("/v1/surveys", headers=headers)
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers


def test_one_visitor_id_in_two_projects_is_two_people(product: Product) -> None:
    other = make_product(product.app, product.clock)
    for shop in (product, other):
        shop.survey()
    here, there = product.visitor(), other.visitor()
    there.id = here.id
    here.state(here.did()["invitation"], "never")
    assert there.did() is not None
