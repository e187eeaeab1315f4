"""One server and one project a test; whoever has nothing but the public key is a `stranger`."""

import pytest

from tests.one_product import app, clock, product
from tests.product import Product, Visitor

__all__ = ["app", "clock", "product"]


@pytest.fixture
def stranger(product: Product) -> Visitor:
    return product.visitor()
