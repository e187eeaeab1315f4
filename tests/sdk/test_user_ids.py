"""The SDK refuses a user id that is a programming mistake."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sayso
from sayso.user_ids import PATTERN, is_mistake
from sayso_server import user_ids as servers
from tests.mistaken_ids import MISTAKES, SOMEBODY
from tests.sdk.receiver import Receiver


def test_the_sdk_refuses_the_same_ids_as_the_server() -> None:
    assert servers.PATTERN == PATTERN
    assert [one for one in MISTAKES if not is_mistake(one)] == []
    assert [one for one in SOMEBODY if is_mistake(one)] == []


def test_a_call_with_a_mistake_is_dropped_and_logged(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    client.track("undefined", "x")
    client.track(0, "x")
    client.track(event="x", anonymous_id="null")
    client.identify("None", {"plan": "pro"})
    client.alias("v_1", "[object Object]")
    client.track("u_1", "x")
    assert client.flush()
    assert [one["user_id"] for one in receiver.stored] == ["u_1"]
    assert client.stats().dropped == {"invalid": 5}
    assert "'undefined' is what a program sends when it has no user" in caplog.text


@pytest.mark.parametrize("user_id", ["None", "null", " ", 0, "{{ user.id }}"])
def test_neither_token_nor_tag_is_made_for_a_mistake(user_id: Any) -> None:
    secret = "is_k1_" + "a" * 43
    client = sayso.Client(
        "sk_1", host="https://a.example", public_key="pk_1", identity_secret=secret
    )
    for call in (client.identity_token, client.tag):
        with pytest.raises(ValueError, match="everybody sent with it would become one person"):
            call(user_id)


@given(st.from_regex(PATTERN, fullmatch=True))
def test_the_check_matches_every_mistake(text: str) -> None:
    assert is_mistake(text)
