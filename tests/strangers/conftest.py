"""One server and one project a test; whoever has nothing but the public key is a `stranger`.

On SQLite; a file about what two databases do differently takes `app` from `tests.one_product`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sayso_server.parts import parts
from tests.one_product import clock, product
from tests.product import Clock, Product, Visitor, make_app

__all__ = ["clock", "product"]


@pytest.fixture
def app(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield app
    parts(app).store.engine.dispose()


@pytest.fixture
def stranger(product: Product) -> Visitor:
    return product.visitor()
