"""Fixtures for the demo's runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.demo.running import Demo, running
from tests.servers import free_port

StartDemo = Callable[..., Demo]


@pytest.fixture
def ports() -> tuple[str, ...]:
    """Options that name ports which were free a moment ago."""
    return ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[StartDemo]:
    """Start the demo with a data directory of this test; stopped at its end."""
    with ExitStack() as until_the_end:

        def start(*options: str) -> Demo:
            return until_the_end.enter_context(running(tmp_path / "demo", *options))

        yield start
