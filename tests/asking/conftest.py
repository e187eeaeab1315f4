"""A server and a project for each test, and a recorder of SQL statements."""

from tests.one_product import app, clock, product
from tests.statements import statements

__all__ = ["app", "clock", "product", "statements"]
