"""Whether two pictures are the same to the eye."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Page

COMPARE = (Path(__file__).parent / "picture_difference.js").read_text()

ROUNDING = 16  # of 255; with other layers below it an edge is smoothed a shade lighter or darker


def different(page: Page, expected: dict[str, bytes], found: dict[str, bytes]) -> dict[str, int]:
    """Of all pictures that are expected, those that differ, and by how much of 255 at most."""
    by = {name: _difference(page, one, found.get(name)) for name, one in expected.items()}
    return {name: most for name, most in by.items() if most > ROUNDING}


def _difference(page: Page, one: bytes, other: bytes | None) -> int:
    if other is None:
        return 255
    most: int = page.evaluate(COMPARE, [b64encode(one).decode(), b64encode(other).decode()])
    return most
