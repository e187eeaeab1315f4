"""The popup still has the look that was last accepted; `make looks` accepts a change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.looks import SURVEYS, kept, looks, unlike


@pytest.mark.parametrize("name", SURVEYS)
def test_every_part_stands_where_it_did_in_the_letters_and_colours_it_had(
    new_context: Callable[..., BrowserContext], name: str
) -> None:
    found = unlike(kept()[name], looks(new_context, name))
    assert not found, "\n".join([*found, "If that is meant: make looks"])
