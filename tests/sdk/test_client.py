"""How a client is made, alone or shared by the application; and that its names are documented."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import sayso
from sayso import shared
from sayso.tally import REMEDIES, Reason, Tally
from tests.sdk.receiver import Receiver

README = Path(__file__).parents[2] / "sdk" / "README.md"
GOOD: dict[str, Any] = {"secret_key": "sk_1", "host": "https://ask.example.com"}


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"secret_key": "pk_1"}, "begins with sk_"),
        ({"secret_key": "sk_1\n"}, "line ends"),
        ({"secret_key": None}, "create-project"),
        ({"public_key": "sk_1"}, "begins with pk_"),
        ({"identity_secret": "secret"}, "is_<kid>_<secret>"),
        ({"identity_secret": "is_k1_a b"}, "is_<kid>_<secret>"),
        ({"host": "ask.example.com"}, "https://ask.example.com"),
        ({"host": "ftp://ask.example.com"}, "https://ask.example.com"),
        ({"host": "https://"}, "https://ask.example.com"),
        ({"host": "https://user:pass@ask.example.com"}, "without user name"),
        ({"host": "https://ask.example.com/?x"}, "without user name, query"),
        ({"max_queue": 0}, "max_queue"),
        ({"exit_timeout": -1}, "exit_timeout"),
    ],
)
def test_what_cannot_be_right_is_said_at_construction(wrong: dict[str, Any], remedy: str) -> None:
    with pytest.raises(ValueError, match=re.escape(remedy)):
        sayso.Client(**GOOD | wrong)


def test_a_client_shows_no_secret() -> None:
    client = sayso.Client(**GOOD, public_key="pk_1", identity_secret="is_k_hidden")
    assert "sk_1" not in repr(client)
    assert "hidden" not in repr(vars(client))


@pytest.fixture
def nobody_called_init(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shared, "_client", None)
    monkeypatch.setattr(shared, "_early", Tally(limit=0))
    yield
    shared.close(0)


@pytest.mark.usefixtures("nobody_called_init")
def test_the_shared_client_does_what_a_client_does(receiver: Receiver) -> None:
    client = sayso.init(
        "sk_test", host=receiver.url, public_key="pk_1", identity_secret="is_k_secret"
    )
    sayso.identify("u_1", {"plan": "pro"})
    sayso.alias("v_1", "u_1")
    sayso.track("u_1", "order_completed", {"total": 99}, ask_within=60, id="order-7")
    assert sayso.flush()
    assert [request.path for request in receiver.requests][-1:] == ["/v1/events"]
    assert len(receiver.stored) == 3
    assert receiver.stored[-1]["id"] == "order-7"
    assert receiver.stored[-1]["ask_within"] == 60
    assert "data-token" in sayso.tag("u_1")
    assert sayso.identity_token("u_1").count(".") == 2
    assert sayso.stats() == client.stats() == sayso.Stats(0, 3, {}, 0)
    assert sayso.close()


@pytest.mark.usefixtures("nobody_called_init")
def test_before_init_nothing_raises_and_what_is_lost_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sayso.track("u", "x")
    sayso.identify("u", {})
    sayso.alias("v", "u")
    assert sayso.flush()
    assert sayso.close()
    assert sayso.stats().dropped == {"invalid": 3}
    assert "sayso.track() was called before sayso.init()" in caplog.text


@pytest.mark.parametrize("call", [sayso.tag, lambda: sayso.identity_token("u")])
@pytest.mark.usefixtures("nobody_called_init")
def test_before_init_the_calls_for_a_page_name_the_remedy(call: Any) -> None:
    with pytest.raises(ValueError, match=r"sayso\.init"):
        call()


@pytest.mark.usefixtures("nobody_called_init")
def test_init_called_again_loses_nothing_of_the_client_before(receiver: Receiver) -> None:
    receiver.gate.clear()
    sayso.init("sk_test", host=receiver.url)
    sayso.track("u", "before")
    sayso.init("sk_test", host=receiver.url)
    sayso.track("u", "after")
    receiver.gate.set()
    receiver.wait_for(lambda it: sorted(it.stored_names) == ["after", "before"])


@pytest.mark.parametrize("name", ["track", "identify", "alias", "identity_token", "tag"])
def test_a_call_of_the_shared_client_takes_what_the_method_takes(name: str) -> None:
    method = inspect.signature(getattr(sayso.Client, name))
    own = [parameter for parameter in method.parameters.values() if parameter.name != "self"]
    assert own == list(inspect.signature(getattr(sayso, name)).parameters.values())


def test_every_public_name_option_and_reason_is_in_the_readme() -> None:
    readme = README.read_text()
    options = [name for name in inspect.signature(sayso.Client).parameters if name != "secret_key"]
    calls = [name for name in vars(sayso.Client) if not name.startswith("_")]
    counts = [field.name for field in dataclasses.fields(sayso.Stats)]
    names = [*sayso.__all__, *options, *calls, *counts, *get_args(Reason)]
    said = set(re.findall(r"`(\w+)|\.(\w+)\(|(\w+)=", readme))
    assert set(names) - {word for words in said for word in words} == set()


def test_every_reason_has_its_remedy() -> None:
    assert set(REMEDIES) == set(get_args(Reason))
