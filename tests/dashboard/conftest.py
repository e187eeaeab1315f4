"""A server with a project, and a member's browser on its pages."""

import pytest

from tests.dashboard.member import Member
from tests.one_product import app, clock, product
from tests.product import Product

__all__ = ["app", "clock", "member", "product"]


@pytest.fixture
def member(product: Product) -> Member:  # pytest requests a fixture by its name
    """A member who is logged in to the project's results."""
    return Member(product).logged_in()
