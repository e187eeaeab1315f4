"""The server binds its address first, and an unusable address gives a one-line error."""

import socket
from urllib.parse import urlsplit

import pytest

from sayso_server import listening
from sayso_server.errors import Misconfigured

EVERYWHERE = "0.0.0.0"  # noqa: S104  # under test


@pytest.mark.parametrize(
    ("host", "reached_at"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        (EVERYWHERE, "127.0.0.1"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("0:0:0:0:0:0:0:1", "[::1]"),
        ("::", "[::1]"),
    ],
)
def test_every_notation_of_an_address_is_accepted(host: str, reached_at: str) -> None:
    with listening.take(host, 0) as taken:
        listening.begin(taken)
        port = taken.getsockname()[1]
        assert listening.url_of(taken) == f"http://{reached_at}:{port}"
        parts = urlsplit(listening.url_of(taken))
        socket.create_connection((parts.hostname, parts.port)).close()


def test_listening_on_all_ipv6_addresses_includes_ipv4() -> None:
    with listening.take("::", 0) as taken:
        listening.begin(taken)
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, taken.getsockname()[1])).close()


@pytest.mark.parametrize(
    ("host", "wrong"),
    [
        ("", "--host '' is no address of this machine"),
        ("nowhere.invalid", "--host 'nowhere.invalid' is no address of this machine"),
        ("127.0.0.1:80", "--host '127.0.0.1:80' is no address of this machine"),
        ("http://localhost", "--host 'http://localhost' is no address of this machine"),
        ("203.0.113.7", "this machine has no such address"),
        ("2001:db8::1", "this machine has no such address"),
    ],
)
def test_an_invalid_address_is_refused(host: str, wrong: str) -> None:
    with pytest.raises(Misconfigured, match=wrong.replace("[", r"\[")):
        listening.take(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_error_names_a_port_in_use(host: str) -> None:
    with listening.take(host, 0) as first:
        port = first.getsockname()[1]
        with listening.take(host, port) as second:  # both are bound, neither listens yet
            listening.begin(first)
            with pytest.raises(Misconfigured, match=f"Cannot listen on port {port}"):
                listening.begin(second)
        with pytest.raises(Misconfigured, match="another program uses that port; stop it"):
            listening.take(host, port)
