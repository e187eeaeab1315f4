"""Ports that are already in use."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from demo import ports
from tests.demo.conftest import StartDemo
from tests.servers import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port in use whose next port is free."""
    for _ in range(50):
        with closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port: int = listener.getsockname()[1]
            if port < 65_000 and ports.is_free(port + 1):
                yield port
                return
    pytest.fail("no two neighbouring ports are free")


def test_a_free_port_is_taken_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert ports.choose(port, "Sayso") == port
    assert capsys.readouterr().out == ""


def test_for_a_taken_port_the_next_free_one_serves_with_a_word(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ports.choose(taken, "Sayso")
    assert chosen in ports.candidates(taken)
    assert capsys.readouterr().out == f"Port {taken} is taken; Sayso uses {chosen}.\n"


def test_the_shop_never_gets_the_port_that_sayso_is_about_to_use() -> None:
    port = free_port()
    assert ports.choose(port, "the shop", except_port=port) != port


def test_when_all_are_taken_it_says_which_option_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _port: False)
    with pytest.raises(ports.NoPort, match=r"8400 to 8409 are taken; .* --shop-port"):
        ports.choose(8400, "the shop")


def test_on_other_ports_everything_works_as_before(start_demo: StartDemo, taken: int) -> None:
    demo = start_demo("--sayso-port", str(taken), "--shop-port", str(taken))
    demo.wait_until_ready()
    assert f"Port {taken} is taken; Sayso uses" in demo.text
    assert f"Port {taken} is taken; the shop uses" in demo.text
    assert demo.shop in demo.project["origins"]
