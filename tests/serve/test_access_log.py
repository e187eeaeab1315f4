"""`sayso serve --access-log` writes one line for each request, without secrets."""

import re
from uuid import uuid4

import pytest
from werkzeug.routing import Map, MapAdapter

from sayso_server import logs
from sayso_server.app import create_app
from sayso_server.settings import Settings
from tests.faults.server import wait_until
from tests.serve.conftest import Started

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    settings = Settings(tmp_path_factory.mktemp("x"), "sqlite:///unused.db", "k" * 32)
    return create_app(settings).url_map.bind("", "/")


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("POST", "/v1/p/pk_1/decide", "/v1/p/pk_1/decide"),
        ("POST", f"/v1/p/pk_1/invitations/{SECRET}", "/v1/p/pk_1/invitations/…"),
        ("GET", f"/v1/p/pk_1/invitations/{SECRET}", "/v1/p/pk_1/invitations/…"),
        ("DELETE", "/v1/people", "/v1/people"),
        ("DELETE", "/v1/identity-keys/ann@example.com", "/v1/identity-keys/…"),
        ("DELETE", "/v1/people/ann@example.com", "…"),
        ("GET", "/v1/people/tenant/42", "…"),
        ("GET", f"/v1/p/pk_1/invitation/{SECRET}", "…"),
        ("GET", f"/{SECRET}", "…"),
        ("GET", f"//v1/p/pk_1/invitations/{SECRET}", "/v1/p/pk_1/invitations/…"),
        ("GET", "/v1/p/pk_1\x1b]0;evil\x07/sayso.js", "/v1/p/…/sayso.js"),
        ("GET", "/v1/p/pk_1\nINFO sayso: all is well/sayso.js", "/v1/p/…/sayso.js"),
        ("GET", f"/v1/p/{'k' * 65}/sayso.js", "/v1/p/…/sayso.js"),
        ("GET", "/v1/widget/popup.0123.js", "/v1/widget/popup.0123.js"),
        ("GET", "/healthz", "/healthz"),
    ],
)
def test_a_path_is_logged_without_secret_or_personal_parts(
    routes: MapAdapter, method: str, path: str, shown: str
) -> None:
    assert logs.shown_path(routes, method, path) == shown


def test_every_secret_of_every_route_is_hidden(routes: MapAdapter) -> None:
    """Only arguments listed in SHOWN are logged, so a new route's arguments are hidden."""
    for rule in routes.map.iter_rules():
        method = next(iter(rule.methods or ["GET"]))
        values = {name: uuid4() for name in rule.arguments}
        path = routes.build(rule.endpoint, values, method=method)
        shown = logs.shown_path(routes, method, path)
        for name, value in values.items():
            assert (str(value) in shown) == (name in logs.SHOWN), rule.rule
        assert not rule.arguments & {"secret", "user_id"} or logs.HIDDEN in shown


def test_each_request_is_logged_in_one_line(served: Started) -> None:
    served.get(f"/v1/p/pk_1/invitations/{SECRET}?token={SECRET}", "POST", Cookie=SECRET)
    served.get(f"/healthz?token={SECRET}", Referer=f"https://a.example/{SECRET}")
    wait_until(lambda: "GET /healthz" in _since_the_secret(served), lambda: served.log)
    first, *rest = _since_the_secret(served).splitlines()
    second = next(line for line in rest if "GET /healthz" in line)
    moment = (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO sayso\.access: (::1|::ffff:127\.0\.0\.1)"
    )
    sizes = r"\d{3} \d+ bytes \d+\.\d ms"
    assert re.fullmatch(rf"{moment} POST /v1/p/pk_1/invitations/… {sizes}", first), first
    assert re.fullmatch(rf"{moment} GET /healthz {sizes}", second), second
    assert SECRET not in served.log


def test_without_the_option_no_request_is_logged() -> None:
    assert logs.logger_of(Map(), access_log=False).routes is None


def _since_the_secret(served: Started) -> str:
    """The log from the line of the call with the secret; empty until that line is complete."""
    lines = served.log.splitlines(keepends=True)
    of_the_call = (n for n, line in enumerate(lines) if "/invitations/…" in line)
    return "".join(lines[next(of_the_call, len(lines)) :])
