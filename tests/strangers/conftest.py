"""One server and one project a test."""

from tests.one_product import app, clock, product

__all__ = ["app", "clock", "product"]
