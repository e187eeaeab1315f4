"""Every route counts a stranger's calls and has a limit."""

from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from sayso_server.api.call_limits import CLASSES, SITE
from sayso_server.limit_table import LIMITS
from tests.product import ORIGIN, Clock, Product, make_app, make_product

ONE_OF_EACH = dict.fromkeys(LIMITS, 1)
VALUES = {"survey_id": "0190d6f2-0000-7000-8000-000000000000"}


@pytest.fixture
def strict(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    """A server that allows one call of each class."""
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock, **ONE_OF_EACH), clock)


def path_of(rule: Rule, product: Product) -> str:
    path = rule.rule
    for name in rule.arguments:
        value = product.public_key if name == "public_key" else VALUES.get(name, "x")
        path = path.replace(f"<string:{name}>", value).replace(f"<uuid:{name}>", value)
    return path


def call(product: Product, method: str, path: str, address: str) -> Any:
    return product.client.open(
        path,
        method=method,
        data="{}",
        headers={"Origin": ORIGIN, "Authorization": "Bearer sk_wrong"},
        environ_base={"REMOTE_ADDR": address},
    )


def test_every_route_and_method_is_refused_once_its_limit_is_reached(strict: Product) -> None:
    number = 0
    for rule in strict.app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            number += 1
            address = f"198.51.{number // 250}.{number % 250}"
            path = path_of(rule, strict)
            codes = [call(strict, method, path, address).status_code for _ in range(3)]
            assert codes[-1] == 429, (method, rule.rule, codes)
    assert number > 100


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing/here", "/v1/p", "//", "/results//x"])
def test_calls_to_an_unknown_path_are_counted_too(strict: Product, path: str) -> None:
    assert [call(strict, "GET", path, "198.51.100.1").status_code for _ in range(3)][-1] == 429


@pytest.mark.parametrize("blueprint", [None, "new", "another"])
def test_a_new_route_is_counted_by_default(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock, blueprint: str | None
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, **ONE_OF_EACH)
    add_route(app, blueprint)
    client = app.test_client()
    assert [client.get("/brand-new").status_code for _ in range(2)] == [200, 429]


def add_route(app: Flask, blueprint: str | None) -> None:
    if blueprint is None:
        app.add_url_rule("/brand-new", view_func=lambda: "new", endpoint="new")
        return
    room = Blueprint(blueprint, __name__)
    room.add_url_rule("/brand-new", view_func=lambda: "new", endpoint="new")
    app.register_blueprint(room)


def test_every_class_has_a_limit() -> None:
    assert {name for name in CLASSES.values() if name} | {SITE} <= set(LIMITS)


def test_a_page_may_read_its_refusal(strict: Product) -> None:
    path = f"/v1/p/{strict.public_key}/decide"
    refused = [call(strict, "POST", path, "198.51.100.2") for _ in range(2)][-1]
    assert refused.status_code == 429
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("path", ["/results", "/docs", "/login", "/assets/x/style.css"])
def test_a_refused_member_gets_an_html_page(strict: Product, path: str) -> None:
    refused = [call(strict, "GET", path, "198.51.100.3") for _ in range(2)][-1]
    assert refused.status_code == 429
    assert "Too many calls" in refused.text
    assert "script-src" in refused.headers["Content-Security-Policy"]


def test_a_good_key_works_after_many_wrong_ones_from_its_address(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, clock, wrong_keys_per_minute=3)
    product = make_product(app, clock)
    product.ok("GET", "/v1/surveys")
    wrong = [product.call("GET", "/v1/surveys", key=f"sk_{n}").status_code for n in range(6)]
    assert wrong == [401, 401, 401, 429, 429, 429]
    product.ok("GET", "/v1/surveys")


@pytest.mark.parametrize("header", ["", "Basic eA==", "Bearer ", "Bearer " + "x" * 5_000])
def test_a_malformed_key_is_counted(strict: Product, header: str) -> None:
    headers = {"Authorization": header}
    codes = [strict.client.get("/v1/surveys", headers=headers).status_code for _ in range(2)]
    assert codes == [401, 429]


def test_wrong_login_links_are_throttled(
    migrated_sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    client = make_app(migrated_sqlite_url, tmp_path, clock, logins_per_minute=3).test_client()
    own = {"Sec-Fetch-Site": "same-origin"}
    tries = [
        client.post("/login", data={"secret": f"{n}"}, headers=own).status_code for n in range(5)
    ]
    assert tries == [403, 403, 403, 429, 429]
    assert client.get("/login").status_code == 200
