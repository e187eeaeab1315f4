"""`sayso.init()` reads its own environment variables, not the server's."""

import os
from collections.abc import Iterator

import pytest

import sayso
from sayso import shared
from sayso.environment import VARIABLES
from sayso_server.limit_table import LIMITS
from sayso_server.settings import Settings
from tests.sdk.receiver import Receiver


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("SAYSO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(shared, "_client", None)
    yield
    shared.close(0)


def test_init_without_arguments_reads_every_setting(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_SDK_SECRET_KEY", "sk_test\n")  # secret files end with a line break
    monkeypatch.setenv("SAYSO_SDK_HOST", receiver.url)
    monkeypatch.setenv("SAYSO_SDK_PUBLIC_HOST", "https://ask.example.com")
    monkeypatch.setenv("SAYSO_SDK_PUBLIC_KEY", "pk_1")
    monkeypatch.setenv("SAYSO_SDK_IDENTITY_SECRET", "is_k_secret")
    monkeypatch.setenv("SAYSO_SDK_PROXY", "")
    monkeypatch.setenv("SAYSO_SDK_ENABLED", "yes")
    sayso.init()
    sayso.track("u", "x")
    assert sayso.flush()
    assert receiver.requests[0].headers["Authorization"] == "Bearer sk_test"
    assert 'src="https://ask.example.com/v1/p/pk_1/sayso.js"' in sayso.tag("u_1")
    assert "data-token" in sayso.tag("u_1")


def test_an_argument_takes_precedence_over_a_variable(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_SDK_SECRET_KEY", "sk_test")
    monkeypatch.setenv("SAYSO_SDK_HOST", "nonsense")
    sayso.init(host=receiver.url)
    sayso.track("u", "x")
    assert sayso.flush()
    assert receiver.stored_names == ["x"]


def test_with_a_key_as_argument_no_variable_is_read(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, "nonsense")
    sayso.init("sk_test", host=receiver.url)
    sayso.track("u", "x")
    assert sayso.flush()
    assert receiver.stored_names == ["x"]
    sayso.init(None)
    assert sayso.tag("u") == ""


@pytest.mark.parametrize("off", ["0", "false", "No", "OFF"])
def test_a_variable_can_disable_the_sdk(monkeypatch: pytest.MonkeyPatch, off: str) -> None:
    monkeypatch.setenv("SAYSO_SDK_SECRET_KEY", "nonsense")
    monkeypatch.setenv("SAYSO_SDK_ENABLED", off)
    sayso.init()
    sayso.track("u", "x")
    assert (sayso.flush(), sayso.stats()) == (True, sayso.Stats(0, 0, {}, 0))


@pytest.mark.parametrize("key", [None, "", "  "])
def test_without_a_key_in_the_environment_the_calls_are_quiet_no_ops(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str | None
) -> None:
    caplog.set_level("DEBUG")
    if key is not None:
        monkeypatch.setenv("SAYSO_SDK_SECRET_KEY", key)
    sayso.init()
    sayso.track("u", "x")
    assert (sayso.tag("u"), sayso.stats(), caplog.records) == ("", sayso.Stats(0, 0, {}, 0), [])


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("SAYSO_SDK_HOST", "", "host must be an address"),
        ("SAYSO_SDK_HOST", "ask.example.com", "host must be an address"),
        ("SAYSO_SDK_PUBLIC_HOST", "ask.example.com", "public_host must be"),
        ("SAYSO_SDK_PUBLIC_KEY", "sk_1", "begins with pk_"),
        ("SAYSO_SDK_ENABLED", "perhaps", "SAYSO_SDK_ENABLED must be true or false"),
        ("SAYSO_SDK_CA_CERTS", "/nowhere", "ca_certs must be"),
    ],
)
def test_an_invalid_variable_raises(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv("SAYSO_SDK_SECRET_KEY", "sk_test")
    monkeypatch.setenv("SAYSO_SDK_HOST", "https://ask.example.com")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=remedy):
        sayso.init()


def test_the_sdks_variables_differ_from_the_servers() -> None:
    of_server = {f"SAYSO_{name.upper()}" for name in Settings.__dataclass_fields__}
    of_server |= {one.setting for one in LIMITS.values()}
    assert of_server.isdisjoint(VARIABLES.values())
    assert not any(name.startswith("SAYSO_SDK") for name in of_server)
