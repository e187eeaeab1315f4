"""Identity tokens, verified with PyJWT."""

import time
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sayso
from sayso.user_ids import is_mistake

KEY = "Zm9vYmFy_Zm9vYmFyZm9v-YmFyZm9vYmFyZm9vYmFyZm8"
SECRET = f"is_k1_{KEY}"


def made(**options: Any) -> sayso.Client:
    keys = {"public_key": "pk_1", "identity_secret": SECRET} | options
    return sayso.Client("sk_1", host="https://ask.example.com", **keys)


def test_a_token_contains_user_audience_and_key_and_expires_after_an_hour() -> None:
    token = made().identity_token("u_42")
    claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="pk_1")
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "k1", "typ": "JWT"}
    assert set(claims) == {"sub", "aud", "iat", "exp"}
    assert claims["sub"] == "u_42"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["iat"] <= time.time()


def test_a_token_signed_with_another_secret_is_not_accepted() -> None:
    token = made(identity_secret="is_k1_other").identity_token("u_42")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, KEY, algorithms=["HS256"], audience="pk_1")


@given(st.text(min_size=1).filter(lambda text: text.isprintable() and not is_mistake(text)))
def test_any_user_id_is_preserved(user_id: str) -> None:
    token = made().identity_token(user_id)
    assert jwt.decode(token, KEY, algorithms=["HS256"], audience="pk_1")["sub"] == user_id


def test_a_primary_key_becomes_text() -> None:
    token = made().identity_token(42)
    assert jwt.decode(token, KEY, algorithms=["HS256"], audience="pk_1")["sub"] == "42"


@pytest.mark.parametrize("ttl", [1, 86_400])
def test_a_ttl_up_to_a_day_is_accepted(ttl: int) -> None:
    claims = jwt.decode(made().identity_token("u", ttl), KEY, ["HS256"], audience="pk_1")
    assert claims["exp"] - claims["iat"] == ttl


@pytest.mark.parametrize("ttl", [0, -1, 86_401])
def test_a_ttl_out_of_range_is_refused(ttl: int) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        made().identity_token("u", ttl)


@pytest.mark.parametrize("user_id", ["", None, True])
def test_a_token_for_nobody_is_refused(user_id: Any) -> None:
    with pytest.raises(ValueError, match="not empty"):
        made().identity_token(user_id)


def test_without_identity_secret_the_error_names_the_remedy() -> None:
    with pytest.raises(ValueError, match=r'identity_secret="is_…".*create-project'):
        made(identity_secret=None).identity_token("u")


def test_without_public_key_the_error_names_the_remedy() -> None:
    with pytest.raises(ValueError, match=r'public_key="pk_…".*create-project'):
        made(public_key=None).identity_token("u")
