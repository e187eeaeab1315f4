"""Connections dropped by the network, redirects, proxies and certificates."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import sayso
from sayso import transport
from sayso.route import CERTIFICATES
from tests.sdk.conftest import MakeClient
from tests.sdk.host import Host
from tests.sdk.network import Proxy, Relay
from tests.sdk.receiver import PATIENCE, Answer, Receiver

HERE = Path(__file__).parent
SERVER = HERE / "localhost.pem"
AUTHORITY = HERE / "localhost_ca.pem"


@pytest.fixture
def relay(receiver: Receiver) -> Iterator[Relay]:
    with Relay(urlsplit(receiver.url).port or 0) as made:
        yield made


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        for variable in (f"{name}_proxy", f"{name.upper()}_PROXY"):
            monkeypatch.delenv(variable, raising=False)
    for variable in (*CERTIFICATES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)


def test_a_dropped_keep_alive_connection_is_replaced_without_a_warning(
    make_client: MakeClient, receiver: Receiver, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(host=relay.url)
    for name in ("one", "two", "three"):
        client.track("u", name)
        assert client.flush(transport.READ / 2)
        relay.forget()
    assert receiver.stored_names == ["one", "two", "three"]
    assert len(relay.links) == 3
    assert caplog.records == []


@pytest.mark.parametrize("last", ["sayso.track('u', 'two')", "sayso.identify('u', {'two': 2})"])
def test_a_dropped_connection_loses_nothing_at_exit(
    host: Host, receiver: Receiver, relay: Relay, last: str
) -> None:
    process = host.start(
        f"""
        client = sayso.init("sk_test", host="{relay.url}")
        sayso.track("u", "one")
        assert sayso.flush()
        print("flushed", flush=True)
        sys.stdin.read(1)
        {last}
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "flushed\n"
    relay.forget()
    _, err = process.communicate("go", timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert len(receiver.stored) == 2


def test_a_slow_server_gets_no_second_request(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "PATIENCE", 0.0)
    monkeypatch.setattr(transport, "SLOWER", 1_000)
    receiver.script = lambda _request: time.sleep(0.05)  # slower than the patched limits
    for name in ("one", "two"):
        client.track("u", name)
        assert client.flush()
    assert receiver.connections == 1
    assert len(receiver.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_logged_with_its_location_and_not_followed(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    place = f"{receiver.url}/elsewhere"
    receiver.answers(Answer(status, headers={"Location": place}))
    client.track("u", "x")
    assert client.flush()
    assert f"HTTP {status} redirects to '{place}'; set host to" in caplog.text
    assert [request.path for request in receiver.requests] == ["/v1/events"] * 2


def test_another_redirect_or_refusal_is_logged_too(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers(
        Answer(503),
        Answer(301, headers={"Location": "https://ask.example.com"}),
        Answer(200, body="<html>maintenance</html>"),
        Answer(407),
    )
    client.track("u", "x")
    assert client.flush()
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 4
    assert "redirects" in said[1]
    assert "HTTP 200 without Sayso's answer" in said[2]
    assert "the proxy asks for a user name" in said[3]
    assert receiver.stored_names == ["x"]


def arrives(client: sayso.Client, receiver: Receiver) -> bool:
    client.track("u", "x")
    return client.flush() and receiver.stored_names == ["x"]


def test_a_proxy_may_be_given_with_its_user(make_client: MakeClient, receiver: Receiver) -> None:
    with Proxy() as proxy:
        address = proxy.url.replace("http://", "http://us%40er:p%3Ass@")
        assert arrives(make_client(proxy=address), receiver)
    assert proxy.asked == [("POST", f"{receiver.url}/v1/events", "Basic dXNAZXI6cDpzcw==")]


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_in_the_environment_is_used(
    make_client: MakeClient,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    scheme: str,
) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv(variable, proxy.url.replace("http://", scheme))
        assert arrives(make_client(), receiver)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "*", "localhost,127.0.0.1"])
def test_a_host_in_no_proxy_is_called_directly(
    make_client: MakeClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", no_proxy)
        assert arrives(make_client(), receiver)
    assert proxy.asked == []


def test_an_unusable_proxy_in_the_environment_is_logged_and_ignored(
    make_client: MakeClient,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example.com:1080")
    assert arrives(make_client(), receiver)
    assert "ALL_PROXY must be an address such as" in caplog.text


def test_a_proxy_that_requires_a_user_loses_nothing(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    with Proxy(status=407) as proxy:
        client = make_client(proxy=proxy.url)
        client.track("u", "x")
        assert not client.flush(0.5)
    assert client.stats().queued == 1
    assert "the proxy asks for a user name" in caplog.text


@pytest.mark.parametrize("how", ["argument", *CERTIFICATES, "SSL_CERT_FILE"])
def test_a_certificate_authority_may_be_given(
    make_client: MakeClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    options = {"host": receiver.use_tls(SERVER)}
    if how == "argument":
        options["ca_certs"] = str(AUTHORITY)
    else:
        monkeypatch.setenv(how, str(AUTHORITY))
    assert arrives(make_client(**options), receiver)


def test_the_servers_certificate_is_checked_through_a_proxy_too(
    make_client: MakeClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = receiver.use_tls(SERVER)
    with Proxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        client = make_client(host=address)
        client.track("u", "never")
        assert not client.flush(0.3)
        client.close(0)
        assert arrives(make_client(host=address, ca_certs=AUTHORITY), receiver)
    assert {asked[:2] for asked in proxy.asked} == {("CONNECT", address.removeprefix("https://"))}


def test_an_untrusted_certificate_is_logged_with_the_remedy(
    make_client: MakeClient, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(host=receiver.use_tls(SERVER))
    client.track("u", "x")
    assert not client.flush(0.3)
    assert client.stats().queued == 1
    assert "by ca_certs or SSL_CERT_FILE" in caplog.text


def test_an_invalid_ca_bundle_in_the_environment_raises(
    make_client: MakeClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    assert arrives(make_client(), receiver)  # over http the bundle does not matter
    with pytest.raises(ValueError, match="REQUESTS_CA_BUNDLE must be a file"):
        make_client(host="https://ask.example.com")
