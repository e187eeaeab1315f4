"""Fixtures that every test may use: databases, Valkey, a browser.

Each real server starts at its first use and ends with the session. What cannot be had on a
machine is skipped with a reason, named at the end as not run, and in CI counts as a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import playwright.sync_api
import pytest
import sqlalchemy
from playwright.sync_api import Browser, BrowserContext, Page
from xdist.scheduler import LoadScopeScheduling

from sayso_server.storage.database import schema
from sayso_server.storage.database.store import Store
from tests import servers
from tests.user_agent import BROWSER
from tools import browser as browsers

# Time limits on a single example only measure how busy the machine is.
hypothesis.settings.register_profile("sayso", deadline=None)
hypothesis.settings.load_profile("sayso")

CHROMIUM_FLAGS = [
    "--no-sandbox",  # the sandbox refuses to run as root, as CI does
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these Chromium looks up its maker's hosts at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Headless Chromium calls itself so and thereby a program, and programs are never asked.
    f"--user-agent={BROWSER}",
]

MARK_OF_FIXTURE = {"browser_path": "e2e", "postgres": "postgres"}
"""A test that uses the fixture gets the mark, so that `-m "not e2e"` needs no discipline."""

TERMINATED = 128 + signal.SIGTERM


# --- The session: how it ends, and what it did not run ---------------------------------


def pytest_configure() -> None:
    """Let SIGTERM end the session like Ctrl-C does, with all teardown."""
    session_process = os.getpid()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        if os.getpid() != session_process:  # a test's fork has nothing to tear down
            os._exit(TERMINATED)
        raise KeyboardInterrupt  # nothing else passes through a running event loop

    signal.signal(signal.SIGTERM, leave)


FILE_BY_FILE = {"tests/e2e", "tests/hosts"}
"""Large suites are split by file; starting their server in both processes costs a few seconds."""


class SuiteBySuite(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Gives each process a folder of tests at a time, or a file of the largest, so that what they
    start is started once and their tests keep their order."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.rpartition("/")[0]
        return nodeid.partition("::")[0] if folder in FILE_BY_FILE else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """`--dist loadscope` means suites; every other way is pytest-xdist's own."""
    return SuiteBySuite(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the servers it uses."""
    for item in items:
        for fixture, mark in MARK_OF_FIXTURE.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


def not_run(config: pytest.Config) -> Counter[str]:
    """Why tests were skipped → how many."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    # A skip's longrepr is (path, line, "Skipped: reason").
    return Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a suite that could not run is a failure."""
    if os.environ.get("CI") == "true" and exitstatus == 0 and not_run(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name what was not run, and why."""
    for reason, count in not_run(config).items():
        terminalreporter.write_line(f"not run: {reason} ({count} tests)", yellow=True)
    if not_run(config) and os.environ.get("CI") == "true":
        terminalreporter.write_line("In CI that is a failure.", red=True)


# --- Databases and Valkey ---------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A running PostgreSQL, shared by the whole session; make databases in it."""
    with ExitStack() as until_the_end:
        try:
            server = until_the_end.enter_context(servers.postgres())
        except servers.ServerUnavailable as error:
            pytest.skip(f"PostgreSQL suite: {error}")
        yield server


@pytest.fixture
def postgres_url(postgres: servers.Postgres) -> Iterator[str]:
    """The URL of a fresh, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sayso.db'}"


@pytest.fixture(
    params=[
        pytest.param("sqlite_url", id="sqlite"),
        pytest.param("postgres_url", id="postgresql", marks=pytest.mark.postgres),
    ]
)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema."""
    path = tmp_path_factory.mktemp("template") / "sayso.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_databases(postgres: servers.Postgres) -> servers.EmptiedDatabases:
    """PostgreSQL databases with the newest schema."""
    template = postgres.create_database()
    _migrate(postgres.url(template))
    return servers.EmptiedDatabases(postgres, template)


@pytest.fixture
def migrated_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file with the newest schema."""
    path = shutil.copy(sqlite_template, tmp_path / "sayso.db")
    return f"sqlite:///{path}"


@pytest.fixture
def migrated_postgres_url(postgres_databases: servers.EmptiedDatabases) -> Iterator[str]:
    """The URL of an empty PostgreSQL database with the newest schema."""
    with postgres_databases.database() as url:
        yield url


@pytest.fixture(
    params=[
        pytest.param("migrated_sqlite_url", id="sqlite"),
        pytest.param("migrated_postgres_url", id="postgresql", marks=pytest.mark.postgres),
    ]
)
def migrated_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database with the newest schema; the test runs once on each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


def _migrate(url: str) -> None:
    store = Store(sqlalchemy.create_engine(url), key=b"any")
    schema.upgrade(store.engine)
    store.engine.dispose()  # SQLite folds its log into the file; PostgreSQL copies only idle ones


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The URL of a running Valkey, shared by the whole session."""
    with ExitStack() as until_the_end:
        try:
            url = until_the_end.enter_context(servers.valkey())
        except servers.ServerUnavailable as error:
            pytest.skip(f"Valkey suite: {error}")
        yield url


@pytest.fixture
def valkey_url(valkey: str) -> str:
    """The URL of an empty Valkey."""
    servers.empty_valkey(valkey)
    return valkey


# --- The browser ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The path of a Chromium."""
    try:
        return browsers.find()
    except browsers.NoBrowser as error:
        pytest.skip(f"browser suite: {error}")


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    """A headless Chromium, shared by the whole session."""
    with playwright.sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser context of its own storage: another visitor, another device.

    Takes what Browser.new_context takes. All are closed when the test ends.
    """
    opened: list[BrowserContext] = []

    def open_context(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # passed through
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh visitor."""
    return new_context().new_page()
