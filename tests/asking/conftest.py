"""One server and one project for each test, and what it asks of its database."""

from tests.one_product import app, clock, product
from tests.statements import statements

__all__ = ["app", "clock", "product", "statements"]
