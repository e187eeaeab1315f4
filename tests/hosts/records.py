"""What is read of a page, once it has come to rest, and how two readings differ."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.visitor import PATIENCE

Record = dict[str, Any]

HERE = Path(__file__).parent
HOST = (HERE / "host_record.js").read_text()
POPUP = (HERE / "popup_record.js").read_text()

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
    readings = ["{}"]
    while time.monotonic() < deadline:
        page.evaluate(FONTS_AND_MOVES)
        # As a text: the driver takes seconds over so many values.
        readings.append(page.evaluate(f"() => JSON.stringify(({script})())"))
        if readings[-1] == readings[-2]:
            found: Record = json.loads(readings[-1])
            return found
        page.wait_for_timeout(LOOK_AGAIN)
    last = differences(*map(json.loads, readings[-2:]))
    raise AssertionError(f"{page.url} never comes to rest:\n{last}")


def differences(expected: Record, found: Record) -> str:
    """Each place that differs, on a line of its own."""
    lines = _differences(expected, found, "")
    return "\n".join(itertools.islice(lines, DIFFERENCES_AT_MOST))


def _differences(expected: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*expected, *found]):
            place = f"{where} | {key}" if where else key
            yield from _differences(expected.get(key), found.get(key), place)
    elif expected != found:
        yield f"{where}: {expected!r} is now {found!r}"
