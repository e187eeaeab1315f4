"""Fixtures for the demo's runner."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.demo.running import Demo, running
from tests.servers import free_port

StartDemo = Callable[..., Demo]


@pytest.fixture
def ports() -> tuple[str, ...]:
    """Options with two free ports."""
    return _free_ports()


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[StartDemo]:
    """Start the demo with the test's own data directory; it stops at the end of the test."""
    with ExitStack() as until_the_end:

        def start(*options: str) -> Demo:
            return until_the_end.enter_context(running(tmp_path / "demo", *options))

        yield start


@dataclass(frozen=True)
class FirstRun:
    """A finished run that began without data; `ports` are its options."""

    ports: tuple[str, ...]
    data_dir: Path
    project: dict[str, Any]
    surveys: list[dict[str, Any]]
    results: str


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    ports, data_dir = _free_ports(), tmp_path_factory.mktemp("first") / "demo"
    with running(data_dir, *ports) as demo:
        demo.wait_until_ready()
        surveys = demo.surveys()
    return FirstRun(ports, data_dir, demo.project, surveys, demo.results)


@pytest.fixture
def kept_ports(first_run: FirstRun, tmp_path: Path) -> tuple[str, ...]:
    """Copy the first run's data for `start_demo`; return the ports that its project allows."""
    shutil.copytree(first_run.data_dir, tmp_path / "demo")
    return first_run.ports


def _free_ports() -> tuple[str, ...]:
    return ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))
