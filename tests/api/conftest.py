"""One server and one project a test."""

import pytest

from tests.one_product import app, clock, product
from tests.product import Product, Visitor

__all__ = ["app", "clock", "product"]


@pytest.fixture
def stranger(product: Product) -> Visitor:
    """Somebody who has not proven who it is."""
    return product.visitor()
