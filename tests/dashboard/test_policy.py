"""The content security policy of every page; no page needs more than it allows."""

import re
from collections.abc import Iterator

import pytest

from sayso_server.dashboard import assets
from tests.dashboard.member import Member, answer
from tests.product import Product

PAGES = ("/login", "/docs", "/results", "survey", "missing", "fragment")


@pytest.fixture
def paths(member: Member, product: Product) -> dict[str, str]:
    survey = product.survey("nps")
    answer(product, 3, "a comment")
    special = {
        "survey": f"/results/{survey}",
        "missing": "/results/x",
        "fragment": f"/results/{survey}/fragment",
    }
    return {page: special.get(page, page) for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_may_load_nothing_but_what_is_ours(
    member: Member, paths: dict[str, str], page: str
) -> None:
    response = member.get(paths[page])
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]{20,})'", policy)
    assert nonce
    assert policy == (
        f"default-src 'none'; style-src 'self'; script-src 'nonce-{nonce[1]}'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_inline_style_or_handler_and_loads_only_from_here(
    member: Member, paths: dict[str, str], page: str
) -> None:
    response = member.get(paths[page])
    html = response.text
    assert not re.search(r"<[^>]*\sstyle=|<style|<[^>]*\son[a-z]+=", html)
    for script in re.findall(r"<script[^>]*>", html):
        nonce = re.search(r"nonce-([\w-]+)", response.headers["Content-Security-Policy"])
        assert nonce
        assert f'nonce="{nonce[1]}"' in script
    assert not re.search(r"<script[^>]*>[^<]", html)
    for address in re.findall(r'(?:src|href|action)="([^"]*)"', html):
        assert address.startswith(("/", "#", "data:image/svg+xml,"))
        assert not address.startswith("//")


def test_a_nonce_is_used_once(member: Member) -> None:
    policies = {member.get("/login").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def _assets() -> Iterator[str]:
    yield from assets.TYPES


@pytest.mark.parametrize("name", list(_assets()))
def test_style_and_scripts_are_kept_forever_under_their_own_address(
    member: Member, name: str
) -> None:
    response = member.get(f"/assets/{assets.version()}/{name}")
    assert response.status_code == 200
    assert response.content_type == assets.content_type(name)
    assert "immutable" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/assets/0123456789ab/style.css", "/assets/{}/login.py"])
def test_another_address_has_no_file(member: Member, path: str) -> None:
    response = member.get(path.format(assets.version()))
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_what_fails_is_told_plainly(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso_server.dashboard.results.surveys.all_of", lambda _: 1 / 0)
    response = member.get("/results")
    assert response.status_code == 500
    assert "Something failed here." in response.text
    assert "ZeroDivisionError" not in response.text
