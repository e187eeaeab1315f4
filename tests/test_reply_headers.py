"""Headers that every reply must have, on every route, including errors."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from sayso_server import widget_build
from sayso_server.background import Background
from sayso_server.dashboard import assets
from sayso_server.dependencies import dependencies
from tests.dashboard.member import OWN, Member
from tests.product import ORIGIN, Clock, Product, make_app, make_product

CACHED = {
    "/v1/p/<string:public_key>/sayso.js",
    "/v1/p/<string:public_key>/rules.json",
    "/v1/widget/<string:name>",
    "/assets/<string:tag>/<string:name>",
    "/docs",
    "/docs/reasons",
    "/v1/openapi.json",
}
"""Routes whose replies are the same for everybody, so caches may store them. `/v1/openapi.json`
may be uncached."""


@pytest.fixture
def app(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(migrated_sqlite_url, tmp_path, Clock(), public_url="https://sayso.example")
    yield app
    dependencies(app).store.engine.dispose()


@pytest.fixture
def product(app: Flask) -> Product:
    return make_product(app, Clock())


class Walk:
    """Calls every route as a stranger, and as a member with keys and a survey."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.survey = product.survey()
        self.member = Member(product)
        self._open(self.member.client, "/login", "POST", OWN, data={"secret": self.member.link()})

    @property
    def routes(self) -> list[tuple[Rule, str]]:
        """Every route with each of its methods."""
        return [
            (rule, method)
            for rule in self.product.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD"})
        ]

    def by_a_stranger(self, rule: Rule, method: str) -> Any:
        return self._open(self.product.app.test_client(), self._path(rule), method, {})

    def by_who_may(self, rule: Rule, method: str) -> Any:
        api = {"Authorization": f"Bearer {self.product.secret_key}", "Origin": ORIGIN}
        headers = api if rule.rule.startswith("/v1/") else OWN
        return self._open(self.member.client, self._path(rule), method, headers)

    def _path(self, rule: Rule) -> str:
        known = {
            "public_key": self.product.public_key,
            "survey": self.survey,
            "survey_id": self.survey,
            "tag": assets.version(),
            "name": self._popup(),
        }
        if rule.rule.startswith("/assets"):
            known["name"] = "style.css"
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known.get(found[1], "x"), rule.rule)

    def _popup(self) -> str:
        with self.product.app.test_request_context():
            return widget_build.name_of("popup")

    def _open(self, client: Any, path: str, method: str, headers: Any, **more: Any) -> Any:
        where = {"base_url": "https://sayso.example", "headers": headers}
        return client.open(path, method=method, **where, **more)


@pytest.fixture
def walk(product: Product) -> Walk:
    return Walk(product)


def test_data_is_not_cached_or_sniffed(walk: Walk) -> None:
    statuses = set()
    for rule, method in walk.routes:
        for call in (walk.by_a_stranger, walk.by_who_may):
            response = call(rule, method)
            where = (method, rule.rule, response.status_code)
            statuses.add(response.status_code)
            if rule.rule not in CACHED or response.status_code >= 400:
                assert response.headers["Cache-Control"] == "no-store", where
            assert response.headers["X-Content-Type-Options"] == "nosniff", where
            assert response.headers["Strict-Transport-Security"] == "max-age=31536000", where
    assert {200, 204, 303, 400, 401, 403, 404} <= statuses


def test_cacheable_routes_are_cacheable(walk: Walk) -> None:
    for rule, method in walk.routes:
        if rule.rule in CACHED - {"/v1/openapi.json"} and method == "GET":
            response = walk.by_a_stranger(rule, method)
            assert response.status_code == 200, rule.rule
            assert "no-store" not in response.headers["Cache-Control"], rule.rule


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere", "/v1/p/pk_x/sayso.js", "/results"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "TRACE"])
def test_an_error_has_the_headers_too(product: Product, method: str, path: str) -> None:
    response = product.client.open(path, method=method)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_internal_error_has_the_headers_too(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso_server.api.backend.surveys.surveys.all_of", lambda _: 1 / 0)
    response = product.call("GET", "/v1/surveys")
    assert response.status_code == 500
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_without_https_there_is_no_hsts_header(migrated_sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, Clock())
    response = app.test_client().get("/healthz")
    assert "Strict-Transport-Security" not in response.headers


def test_no_page_leaks_its_url_or_can_be_framed(walk: Walk) -> None:
    pages = 0
    for rule, method in walk.routes:
        response = walk.by_who_may(rule, method)
        if response.mimetype == "text/html" and response.status_code != 303 and method != "OPTIONS":
            pages += 1
            assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), rule.rule
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert pages >= 7


def test_a_get_changes_nothing(walk: Walk) -> None:
    Background(walk.product.dependencies).run_once()
    before = everything(walk.product)
    for rule, method in walk.routes:
        if method == "GET":
            walk.by_who_may(rule, method)
    Background(walk.product.dependencies).run_once()
    assert everything(walk.product) == before


def everything(product: Product) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = product.dependencies.store.engine
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
            for (name,) in names.all()
        }
