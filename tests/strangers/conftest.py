"""A server and a project for each test. A `stranger` has only the public key.

Runs on SQLite; files that test database differences take `app` from `tests.one_product`.
"""

import pytest

from tests.one_product import clock, product
from tests.product import Product, Visitor
from tests.sqlite_product import app

__all__ = ["app", "clock", "product"]


@pytest.fixture
def stranger(product: Product) -> Visitor:
    return product.visitor()
