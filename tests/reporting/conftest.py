"""A server and a project for each test."""

from tests.one_product import app, clock, product

__all__ = ["app", "clock", "product"]
