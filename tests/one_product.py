"""Fixtures: a server and a project for each test, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sayso_server.dependencies import dependencies
from tests.product import Clock, Product, make_app, make_product


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(migrated_database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    app = make_app(migrated_database_url, tmp_path, clock)
    yield app
    dependencies(app).store.engine.dispose()


@pytest.fixture
def product(app: Flask, clock: Clock) -> Product:
    return make_product(app, clock)
