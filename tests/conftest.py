"""Fixtures for all tests: databases, Valkey, a browser.

Each real server starts at its first use and ends with the session. Tests that need something
unavailable are skipped with a reason. The summary lists them, and in CI they count as a failure.
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

# A deadline for each example would only measure the load of the machine.
hypothesis.settings.register_profile("sayso", deadline=None)
hypothesis.settings.load_profile("sayso")

CHROMIUM_FLAGS = [
    "--no-sandbox",  # the sandbox does not run as root, which CI uses
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these Chromium contacts Google's hosts at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Headless Chromium identifies itself as a bot, and bots are never asked.
    f"--user-agent={BROWSER}",
]

MARK_OF_FIXTURE = {"browser_path": "e2e", "postgres": "postgres"}
"""A test that uses the fixture gets the mark, so `-m "not e2e"` always works."""

TERMINATED = 128 + signal.SIGTERM


# --- Session: its end, and skipped tests -----------------------------------------------


def pytest_configure() -> None:
    """Makes SIGTERM end the session like Ctrl-C, with all teardown."""
    session_process = os.getpid()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        if os.getpid() != session_process:  # a forked child has nothing to tear down
            os._exit(TERMINATED)
        raise KeyboardInterrupt  # other exceptions do not leave a running event loop

    signal.signal(signal.SIGTERM, leave)


FILE_BY_FILE = {"tests/e2e", "tests/hosts"}
"""Large suites are split by file; a second start of their server takes only a few seconds."""


class SuiteBySuite(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Gives each process one folder of tests at a time, or one file of the largest folders. So each
    server starts once, and tests keep their order."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.rpartition("/")[0]
        return nodeid.partition("::")[0] if folder in FILE_BY_FILE else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """`--dist loadscope` splits by suite; other modes are pytest-xdist's."""
    return SuiteBySuite(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the servers that it uses."""
    for item in items:
        for fixture, mark in MARK_OF_FIXTURE.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


def not_run(config: pytest.Config) -> Counter[str]:
    """Reason for a skip → number of tests."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    # A skip's longrepr is (path, line, "Skipped: reason").
    return Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI, skipped tests make the session fail."""
    if os.environ.get("CI") == "true" and exitstatus == 0 and not_run(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Lists the skipped tests by reason."""
    for reason, count in not_run(config).items():
        terminalreporter.write_line(f"not run: {reason} ({count} tests)", yellow=True)
    if not_run(config) and os.environ.get("CI") == "true":
        terminalreporter.write_line("In CI that is a failure.", red=True)


# --- Databases and Valkey ---------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A running PostgreSQL, shared by the whole session. Tests create their databases in it."""
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
    store.engine.dispose()  # SQLite merges its WAL; PostgreSQL copies only idle databases


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
    """The path to a Chromium."""
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
    """Opens browser contexts with separate storage: another visitor or device.

    Takes the arguments of Browser.new_context. All contexts are closed when the test ends.
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
    """A page for a new visitor."""
    return new_context().new_page()
