"""Fixtures of the faults: figures that are shown at the end, and a tracer of system calls."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest

Report = Callable[[str], None]

FIGURES = "figures"
INSTALL_SECONDS = 300


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Say what was counted; it is shown after the run and kept in a JUnit report."""
    return lambda figures: record_property(FIGURES, figures)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures, whether the test passed or failed."""
    for outcome in ("passed", "failed"):
        for test in terminalreporter.stats.get(outcome, []):
            for name, figures in getattr(test, "user_properties", []):
                if name == FIGURES:
                    terminalreporter.write_line(f"{test.nodeid.rpartition('[')[2][:-1]}: {figures}")


@pytest.fixture(scope="session")
def strace() -> str:
    """The path of strace."""
    path = shutil.which("strace") or _installed()
    if path is None:
        pytest.skip("system-call trace: strace is not installed (apt-get install strace)")
    return path


def _installed() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    apt = ["apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", "strace"]):
        subprocess.run(
            [*apt, *step],
            check=False,  # what counts is whether it is there afterwards
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    return shutil.which("strace")
