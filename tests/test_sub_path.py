"""On a server below a path, every link, redirect and cookie stays below that path."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sayso_server.dependencies import dependencies
from tests.dashboard.member import OWN, Member, answer
from tests.one_product import clock
from tests.product import Clock, Product, make_app, make_product

__all__ = ["clock"]

LINK = re.compile(r"""(?:href|src|action|data-fragment)=["'](/[^"'#]*)""")

Make = Callable[..., Product]


@pytest.fixture
def make(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Make]:
    """A project on a server with these settings."""
    made: list[Product] = []

    def product(**settings: Any) -> Product:
        app = make_app(migrated_sqlite_url, tmp_path, clock, **settings)
        made.append(make_product(app, clock))
        return made[-1]

    yield product
    for one in made:
        dependencies(one.app).store.engine.dispose()


class Browser(Member):
    """A member's browser behind a proxy that strips `taken_off` from paths and adds headers."""

    def __init__(self, product: Product, taken_off: str = "", **headers: str) -> None:
        super().__init__(product)
        self.client = product.app.test_client(
            use_cookies=False
        )  # the test client's cookie jar does not support sub-paths
        self._taken_off = taken_off
        self.headers = headers

    def get(self, path: str, **headers: str) -> TestResponse:
        assert path.startswith("/sayso/"), path
        sent = {**self.headers, **headers}
        return self.client.get(path.removeprefix(self._taken_off), headers=sent)

    def log_in(self, secret: str, **more: str) -> TestResponse:
        path = "/sayso/login".removeprefix(self._taken_off)
        headers = {**self.headers, **OWN}
        return self.client.post(path, data={"secret": secret, **more}, headers=headers)


WAYS: dict[str, tuple[dict[str, Any], str, dict[str, str]]] = {
    "the proxy leaves the path": ({"public_url": "https://a.example/sayso"}, "", {}),
    "the proxy takes it off": ({"public_url": "https://a.example/sayso"}, "/sayso", {}),
    "the proxy takes it off and says so": (
        {"trusted_proxies": 1},
        "/sayso",
        {"X-Forwarded-Prefix": "/sayso/"},
    ),
    "the outer of two proxies says so": (
        {"trusted_proxies": 2},
        "/sayso",
        {"X-Forwarded-Prefix": "/sayso"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_link_on_every_page_works(make: Make, way: str) -> None:
    settings, taken_off, headers = WAYS[way]
    product = make(**settings)
    survey = product.survey()
    answer(product, 4)
    product.ok("PATCH", f"/v1/surveys/{survey}", {"template": "nps"})
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    browser = Browser(product, taken_off, **headers)
    entered = browser.log_in(browser.link())
    assert entered.location == "/sayso/results"
    cookie = entered.headers["Set-Cookie"]
    # The cookie prefix `__Host-`, used with https, requires Path=/.
    assert f"; Path={'/' if 'Secure' in cookie else '/sayso'};" in f"{cookie};"
    browser.headers["Cookie"] = cookie.partition(";")[0]
    pages = ["/login", "/results", f"/results/{survey}", "/docs", "/docs/reasons", "/a"]
    seen: set[str] = set()
    for page in pages:
        found = browser.get(f"/sayso{page}")
        assert found.status_code == 200, page
        seen.update(LINK.findall(found.text))
    assert len(seen) > len(pages)
    assert f"/sayso/results/{survey}?version=1" in seen
    for link in seen - {"/sayso/logout"}:
        assert browser.get(link).status_code == 200, link


@pytest.mark.parametrize("way", WAYS)
def test_a_visitor_without_a_session_is_sent_to_the_login_below_the_path(
    make: Make, way: str
) -> None:
    settings, taken_off, headers = WAYS[way]
    refused = Browser(make(**settings), taken_off, **headers).get("/sayso/results")
    assert (refused.status_code, refused.location) == (303, "/sayso/login")


def test_at_the_root_links_have_no_prefix(make: Make) -> None:
    member = Member(make())
    entered = member.log_in(member.link())
    assert entered.location == "/results"
    assert "; Path=/;" in f"{entered.headers['Set-Cookie']};"
    assert set(LINK.findall(member.get("/results").text)) >= {"/results", "/docs", "/logout"}


@pytest.mark.parametrize(
    "prefix",
    [
        "//evil.example",
        "https://evil.example",
        "/a//b",
        "/..",
        "/a/../b",
        '/"onload="alert(1)',
        "/a;b",
        "/a b",
        "/%2e%2e",
        "/a\\b",
        "evil",
    ],
)
def test_an_invalid_prefix_is_ignored(make: Make, prefix: str) -> None:
    client = make(trusted_proxies=1).client
    refused = client.get("/results", headers={"X-Forwarded-Prefix": prefix})
    assert (refused.status_code, refused.location) == (303, "/login")


def test_the_prefix_is_ignored_without_trusted_proxies(make: Make) -> None:
    client = make().client
    assert client.get("/results", headers={"X-Forwarded-Prefix": "/sayso"}).location == "/login"


def test_only_the_exact_prefix_is_stripped(make: Make) -> None:
    client = make(public_url="https://a.example/sayso").client
    assert client.get("/sayso/healthz").status_code == 200
    assert client.get("/saysoo/healthz").status_code == 404
    assert client.get("/sayso/sayso/healthz").status_code == 404


def test_the_receipt_and_the_openapi_contain_the_whole_url(make: Make) -> None:
    product = make(public_url="https://a.example/sayso")
    product.survey()
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    said = visitor.answer(invitation, ("score", 4), complete=True)
    assert said["receipt"]["url"].startswith("https://a.example/sayso/a#")
    described = product.client.get("/v1/openapi.json").json
    assert described["servers"] == [{"url": "https://a.example/sayso"}]


def test_no_template_has_a_link_without_the_path() -> None:
    """Templates must prefix every own path with `{{ root }}` or use a macro."""
    server = Path(__file__).parents[1] / "server" / "sayso_server"
    templates = list(server.rglob("templates/*.html"))
    assert len(templates) > 8
    for file in templates:
        assert not LINK.findall(file.read_text()), file.name
    for file in server.rglob("*.py"):
        assert 'redirect("/' not in file.read_text(), file.name
