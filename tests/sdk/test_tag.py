"""The script tag, checked with an HTML parser."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import flask
import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import sayso
from sayso.tag import STUB
from sayso.user_ids import is_mistake

README = Path(__file__).parents[2] / "sdk" / "README.md"
KEY = "0123456789abcdef0123456789abcdef"
SRC = "https://ask.example.com/v1/p/pk_1/sayso.js"


def made(**options: Any) -> sayso.Client:
    return sayso.Client(
        "sk_1", **{"host": "https://ask.example.com/", "public_key": "pk_1"} | options
    )


def attributes(html: str, *, stub: bool = True) -> dict[str, str | None]:
    """The attributes of the only script element, or of the one after the stub."""
    found: list[Any] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

        def handle_endtag(self, tag: str) -> None:
            found.append(f"/{tag}")

        def handle_data(self, data: str) -> None:
            found.append(data)

    Parser(convert_charrefs=True).feed(html)
    if stub:
        (name, own), text, end = found[:3]
        assert (name, text, end) == ("script", STUB, "/script")
        found = found[3:]
    (tag, attrs), end = found
    assert (tag, end) == ("script", "/script")
    if stub:
        assert own.get("nonce") == attrs.get("nonce")
    return dict(attrs)


def test_a_tag_without_user_has_only_stub_and_source() -> None:
    script = f'<script async crossorigin src="{SRC}"></script>'
    assert made().tag() == f"<script>{STUB}</script>{script}"
    assert made().tag(stub=False) == script


def test_the_readme_contains_the_stubs_csp_hash() -> None:
    digest = base64.b64encode(hashlib.sha256(STUB.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in README.read_text()


def test_the_documented_tag_has_the_same_stub() -> None:
    assert (
        f"<script>{STUB}</script>\n<script async" in (README.parents[1] / "README.md").read_text()
    )


def test_the_tag_contains_user_token_and_nonce() -> None:
    html = made(identity_secret=f"is_k_{KEY}").tag("u_42", nonce="abc")
    found = attributes(html)
    assert list(found) == ["async", "crossorigin", "src", "data-user", "data-token", "nonce"]
    assert (found["src"], found["data-user"], found["nonce"]) == (SRC, "u_42", "abc")
    token = found["data-token"] or ""
    assert jwt.decode(token, KEY, ["HS256"], audience="pk_1")["sub"] == "u_42"


def test_without_identity_secret_the_user_is_named_but_not_proven() -> None:
    assert set(attributes(made().tag(42))) == {"async", "crossorigin", "src", "data-user"}


@given(st.text(min_size=1).filter(lambda text: not is_mistake(text)), st.text(min_size=1))
@example('"></script><script>alert(1)</script>', "'&quot;<!--")
def test_user_and_nonce_do_not_break_out_of_the_tag(user_id: str, nonce: str) -> None:
    found = attributes(made().tag(user_id, nonce=nonce))
    assert found["data-user"] == user_id
    assert found["nonce"] == nonce


def test_markup_in_a_key_does_not_break_out_of_the_tag() -> None:
    html = made(public_key='pk_"></script><script>alert(1)//').tag()
    assert set(attributes(html)) == {"async", "crossorigin", "src"}


def test_a_lone_surrogate_does_not_prevent_encoding_the_page() -> None:
    html = made(identity_secret=f"is_k_{KEY}").tag("\ud800", nonce="\udfff")
    assert attributes(html.encode().decode())["data-user"] == "?"


def test_a_template_with_autoescape_does_not_escape_the_tag() -> None:
    tag = made().tag("u&1", nonce="n")
    with flask.Flask("host").app_context():
        assert flask.render_template_string("{{ tag }}", tag=tag) == tag


def test_without_public_key_the_error_names_the_remedy() -> None:
    with pytest.raises(ValueError, match=r'public_key="pk_…".*create-project'):
        made(public_key=None).tag()


@pytest.mark.parametrize("user_id", ["", True])
def test_a_mistaken_user_id_is_refused(user_id: Any) -> None:
    with pytest.raises(ValueError, match="not empty"):
        made().tag(user_id)
