"""Fixtures: the clock of a server in the test's own process."""

import pytest

from tests.product import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
