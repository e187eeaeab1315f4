"""Fixtures for the fault tests: figures in the test summary, and strace."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tools import debian

Report = Callable[[str], None]

FIGURES = "figures"


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Records figures; they appear in the summary and in a JUnit report."""
    return lambda figures: record_property(FIGURES, figures)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the figures of passed and failed tests."""
    for outcome in ("passed", "failed"):
        for test in terminalreporter.stats.get(outcome, []):
            for name, figures in getattr(test, "user_properties", []):
                if name == FIGURES:
                    terminalreporter.write_line(f"{test.nodeid.rpartition('[')[2][:-1]}: {figures}")


@pytest.fixture(scope="session")
def strace() -> str:
    """The path to strace. Skips the test if strace cannot be installed."""
    if shutil.which("strace") is None:
        try:
            debian.install("strace")
        except debian.NotInstalled as error:
            pytest.skip(f"system-call trace: strace is not installed ({error})")
    return str(shutil.which("strace"))
