"""A server and a project for each test."""

import pytest

from tests.one_product import app, clock, product
from tests.product import Product, Visitor

__all__ = ["app", "clock", "product"]


@pytest.fixture
def stranger(product: Product) -> Visitor:
    """A visitor without a token."""
    return product.visitor()
