"""Fixtures: the clock that a server in the test's own process has."""

import pytest

from tests.product import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
