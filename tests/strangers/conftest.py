"""One server and one project a test; whoever has nothing but the public key is a `stranger`.

On SQLite; a file about what two databases do differently takes `app` from `tests.one_product`.
"""

import pytest

from tests.one_product import clock, product
from tests.product import Product, Visitor
from tests.sqlite_product import app

__all__ = ["app", "clock", "product"]


@pytest.fixture
def stranger(product: Product) -> Visitor:
    return product.visitor()
