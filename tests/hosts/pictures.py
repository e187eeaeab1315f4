"""Compares screenshots, with a tolerance for rounding."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Page

COMPARE = (Path(__file__).parent / "picture_difference.js").read_text()

ROUNDING = 16  # of 255; layers below an edge change its anti-aliasing slightly


def different(page: Page, expected: dict[str, bytes], found: dict[str, bytes]) -> dict[str, int]:
    """The expected pictures that differ, each with its largest difference out of 255."""
    by = {name: _difference(page, one, found.get(name)) for name, one in expected.items()}
    return {name: most for name, most in by.items() if most > ROUNDING}


def _difference(page: Page, one: bytes, other: bytes | None) -> int:
    if other is None:
        return 255
    most: int = page.evaluate(COMPARE, [b64encode(one).decode(), b64encode(other).decode()])
    return most
