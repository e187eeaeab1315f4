"""Fixtures: a server and a project for each test, only on SQLite, for tests that do not depend on
the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sayso_server.dependencies import dependencies
from tests.product import Clock, make_app


@pytest.fixture
def app(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """Replaces the fixture for each kind of database."""
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield app
    dependencies(app).store.engine.dispose()
