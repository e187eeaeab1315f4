"""Separate and shared clients, their arguments, and the documentation of all public names."""

import copy
import dataclasses
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import sayso
from sayso import shared
from sayso.environment import VARIABLES
from sayso.route import CERTIFICATES
from sayso.tally import REMEDIES, Reason, Tally
from tests.sdk.conftest import MakeClient
from tests.sdk.receiver import Receiver
from tests.sdk.threads import sayso_threads

README = Path(__file__).parents[2] / "sdk" / "README.md"
GOOD: dict[str, Any] = {"secret_key": "sk_1", "host": "https://ask.example.com"}


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"secret_key": "pk_1"}, "begins with sk_"),
        ({"secret_key": "sk_1\n"}, "line ends"),
        ({"secret_key": ""}, "create-project"),
        ({"secret_key": b"sk_1"}, "create-project"),
        ({"public_key": "sk_1"}, "begins with pk_"),
        ({"identity_secret": "secret"}, "is_<kid>_<secret>"),
        ({"identity_secret": "is_k1_a b"}, "is_<kid>_<secret>"),
        ({"host": "ask.example.com"}, "https://ask.example.com"),
        ({"host": "ftp://ask.example.com"}, "https://ask.example.com"),
        ({"host": "https://"}, "https://ask.example.com"),
        ({"host": "https://user:pass@ask.example.com"}, "without user name"),
        ({"host": "https://ask.example.com/?x"}, "without user name, query"),
        ({"public_host": "ask.example.com"}, "public_host"),
        ({"proxy": "socks5://proxy.example.com"}, "proxy must be"),
        ({"proxy": "http://"}, "proxy must be"),
        ({"ca_certs": "/nowhere/at/all.pem"}, "ca_certs must be"),
        ({"ca_certs": __file__}, "ca_certs must be"),
        ({"max_queue": 0}, "max_queue"),
        ({"exit_timeout": -1}, "exit_timeout"),
    ],
)
def test_an_invalid_argument_raises_at_construction(wrong: dict[str, Any], remedy: str) -> None:
    with pytest.raises(ValueError, match=re.escape(remedy)):
        sayso.Client(**GOOD | wrong)


@pytest.mark.parametrize(
    "host",
    [
        *("https://exa mple.com", "https://ask.example.com\n", "https://ask\x00.example.com"),
        *(
            "https://ask.example.com:99999",
            "https://ask.example.com:0",
            "https://ask.example.com:x",
        ),
        *("http://[::1", "http://[::g]", "http://256.1.1.1", "http://1.2.3", "https://ask..com"),
        *(
            "https://.example.com",
            "https://-ask.example.com",
            f"https://{'a' * 64}.com",
            "https://ask/a b",
        ),
        *(
            "https://https://ask.example.com",
            "https://ask\\evil",
            "//ask.example.com",
            "",
            7,
            b"x",
        ),
    ],
)
def test_a_host_that_can_never_be_reached_is_refused(host: Any) -> None:
    for name in ("host", "public_host"):
        with pytest.raises(ValueError, match=rf"^{name} must be"):
            sayso.Client(**GOOD | {name: host})


def test_a_client_without_host_is_refused() -> None:
    with pytest.raises(ValueError, match=r'host must be an address such as "https://ask'):
        sayso.Client("sk_1")


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("HTTPS://Ask.Example.com:8300/Surveys/", "https://ask.example.com:8300/Surveys"),
        ("http://my_service", "http://my_service"),
        ("http://localhost:8300", "http://localhost:8300"),
        ("http://[::1]:8300", "http://[::1]:8300"),
        ("http://10.0.0.7", "http://10.0.0.7"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://ask.example.com.", "https://ask.example.com."),
        ("https://1password.example", "https://1password.example"),
    ],
)
def test_a_valid_host_is_normalised_as_in_browsers(host: str, seen: str) -> None:
    client = sayso.Client("sk_1", host=host, public_key="pk_1")
    assert f'src="{seen}/v1/p/pk_1/sayso.js"' in client.tag()


def test_the_tag_has_the_public_host(make_client: MakeClient, receiver: Receiver) -> None:
    client = make_client(public_host="https://ask.example.com/sayso/", public_key="pk_1")
    client.track("u", "x")
    assert client.flush()
    assert receiver.stored_names == ["x"]
    assert 'src="https://ask.example.com/sayso/v1/p/pk_1/sayso.js"' in client.tag()


def test_a_client_shows_no_secret() -> None:
    client = sayso.Client(
        **GOOD, public_key="pk_1", identity_secret="is_k_hidden", proxy="http://u:pass_word@proxy"
    )
    assert "sk_1" not in repr(client)
    assert "hidden" not in repr(vars(client))
    with pytest.raises(ValueError, match="proxy must be") as raised:
        sayso.Client(**GOOD, proxy="http://u:pass_word@proxy:x")
    assert "pass_word" not in str(raised.value)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, pickle.dumps, lambda client: pickle.dumps(client.track)]
)
def test_copying_or_pickling_a_client_raises_with_the_remedy(copied: Any) -> None:
    with pytest.raises(TypeError, match=r"Share the object;.*sayso\.init\(\)"):
        copied(sayso.Client(**GOOD))


def all_calls(client: Any) -> list[Any]:
    return [
        client.track("u", "x", {"a": object()}),
        client.track(None, "", 7, at="never"),
        client.identify("", 7),
        client.alias(None, None),
        client.tag("u", nonce="n"),
        client.identity_token(""),
        client.flush(),
        client.close(),
        client.stats(),
    ]


@pytest.mark.parametrize(
    ("key", "options"),
    [
        (None, {}),
        (None, {"host": "nonsense", "public_key": "?", "ca_certs": "/nowhere"}),
        ("sk_1", {"host": None, "enabled": False}),
        ("nonsense", {"enabled": False}),
    ],
)
@pytest.mark.usefixtures("nobody_called_init")
def test_without_key_or_disabled_every_call_is_a_quiet_no_op(
    key: str | None, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    nothing = [None, None, None, None, "", "", True, True, sayso.Stats(0, 0, {}, 0)]
    assert all_calls(sayso.Client(key, **options)) == nothing
    sayso.init(key, **options)
    assert all_calls(sayso) == nothing
    assert sayso.tag().__html__() == ""
    assert (caplog.records, sayso_threads()) == ([], [])


@pytest.fixture
def nobody_called_init(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shared, "_client", None)
    monkeypatch.setattr(shared, "_early", Tally(limit=0))
    yield
    shared.close(0)


@pytest.mark.usefixtures("nobody_called_init")
def test_the_shared_client_works_like_a_client(receiver: Receiver) -> None:
    client = sayso.init(
        "sk_test", host=receiver.url, public_key="pk_1", identity_secret="is_k_secret"
    )
    sayso.identify("u_1", {"plan": "pro"})
    sayso.alias("visitor-000000001", "u_1")
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
def test_before_init_nothing_raises_and_drops_are_counted(
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
def test_a_second_init_loses_no_records_of_the_first_client(receiver: Receiver) -> None:
    receiver.gate.clear()
    sayso.init("sk_test", host=receiver.url)
    sayso.track("u", "before")
    sayso.init("sk_test", host=receiver.url)
    sayso.track("u", "after")
    receiver.gate.set()
    receiver.wait_for(lambda it: sorted(it.stored_names) == ["after", "before"])


@pytest.mark.parametrize("name", ["track", "identify", "alias", "identity_token", "tag"])
def test_a_call_on_the_shared_client_has_the_methods_signature(name: str) -> None:
    method = inspect.signature(getattr(sayso.Client, name))
    own = [parameter for parameter in method.parameters.values() if parameter.name != "self"]
    assert own == list(inspect.signature(getattr(sayso, name)).parameters.values())


def test_every_public_name_option_and_reason_is_in_the_readme() -> None:
    readme = README.read_text()
    options = [name for name in inspect.signature(sayso.Client).parameters if name != "secret_key"]
    calls = [name for name in vars(sayso.Client) if not name.startswith("_")]
    counts = [field.name for field in dataclasses.fields(sayso.Stats)]
    variables = [*VARIABLES.values(), *CERTIFICATES]
    names = [*sayso.__all__, *options, *calls, *counts, *variables, *get_args(Reason)]
    said = set(re.findall(r"`(\w+)|\.(\w+)\(|(\w+)=", readme))
    assert set(names) - {word for words in said for word in words} == set()


def test_every_reason_has_a_remedy() -> None:
    assert set(REMEDIES) == set(get_args(Reason))
