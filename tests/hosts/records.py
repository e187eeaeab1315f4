"""What is read of a page, once it has come to rest, and how two readings differ."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.visitor import PATIENCE

Record = dict[str, Any]

HOST = (Path(__file__).parent / "host_record.js").read_text()
POPUP = (Path(__file__).parent / "popup_record.js").read_text()

LOOK_AGAIN = 250  # ms; longer than the steps of a page that builds itself
FONTS_AND_MOVES = """async () => {
  const roots = [document, document.querySelector("sayso-survey")?.shadowRoot].filter(Boolean);
  const moves = roots.flatMap((root) => root.getAnimations());
  const ending = moves.filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.all([document.fonts.ready, ...ending.map(({ finished }) => finished.catch(() => {}))]);
}"""
DIFFERENCES_AT_MOST = 30


def host_record(page: Page) -> Record:
    """The host's page without what is ours."""
    return _at_rest(page, HOST)


def popup_record(page: Page) -> Record:
    """The popup's elements, styles and boxes."""
    return _at_rest(page, POPUP)


def _at_rest(page: Page, script: str) -> Record:
    """The first reading that is the same as the one before it."""
    deadline = time.monotonic() + PATIENCE
    before: Record | None = None
    while time.monotonic() < deadline:
        page.evaluate(FONTS_AND_MOVES)
        found: Record = page.evaluate(script)
        if found == before:
            return found
        before = found
        page.wait_for_timeout(LOOK_AGAIN)
    raise AssertionError(f"{page.url} never comes to rest")


def differences(expected: Record, found: Record) -> list[str]:
    """Each place that differs, as a line."""
    return list(itertools.islice(_differences(expected, found, ""), DIFFERENCES_AT_MOST))


def _differences(expected: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*expected, *found]):
            place = f"{where} | {key}" if where else key
            yield from _differences(expected.get(key), found.get(key), place)
    elif expected != found:
        yield f"{where}: {expected!r} is now {found!r}"
