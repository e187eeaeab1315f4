"""How the demo ends: on a signal, leaving no processes, or by itself, giving a reason."""

from __future__ import annotations

import os
import signal

import pytest

from tests.demo.conftest import StartDemo
from tests.demo.running import wait_until_gone
from tests.servers import free_port

PROOF = pytest.mark.proof


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=PROOF)])
def test_a_signal_stops_every_process_and_prints_no_trace(
    start_demo: StartDemo, kept_ports: tuple[str, ...], number: signal.Signals
) -> None:
    demo = start_demo(*kept_ports)
    demo.wait_until_ready()
    family = demo.family()
    assert len(family) >= 4  # two servers, each with a worker
    demo.signal(number)
    assert demo.end() == 0
    assert "Traceback" not in demo.text
    assert demo.text.endswith("Stopped.\n")
    wait_until_gone(family)


def test_a_signal_while_it_starts_stops_it_too(
    start_demo: StartDemo, ports: tuple[str, ...]
) -> None:
    demo = start_demo(*ports)
    demo.wait_for("Starting")
    demo.signal(signal.SIGINT)
    assert demo.end() == 0
    assert "Traceback" not in demo.text
    assert demo.text.endswith("Stopped.\n")


@pytest.mark.parametrize(
    ("child", "name"), [("sayso", "Sayso"), pytest.param("shop", "The shop", marks=PROOF)]
)
def test_when_one_dies_it_says_which_and_the_other_ends_too(
    start_demo: StartDemo, kept_ports: tuple[str, ...], child: str, name: str
) -> None:
    demo = start_demo(*kept_ports)
    demo.wait_until_ready()
    family = demo.family()
    os.kill(demo.children()[child], signal.SIGKILL)
    assert demo.end() == 1
    assert f"{name} ended by SIGKILL. Its last lines" in demo.text
    assert "Traceback" not in demo.text
    wait_until_gone(family)


def test_a_child_that_cannot_start_is_named_with_its_last_lines(
    start_demo: StartDemo, kept_ports: tuple[str, ...]
) -> None:
    first = start_demo(*kept_ports)
    first.wait_until_ready()
    again = start_demo("--sayso-port", str(free_port()), "--shop-port", kept_ports[3])
    assert again.end() == 1
    assert "Sayso ended with exit status 2. Its last lines" in again.text
    assert "Another `sayso serve` uses" in again.text
    assert "Traceback" not in again.text
