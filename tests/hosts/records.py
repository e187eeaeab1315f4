"""Records of a page that has settled, and the differences between two records."""

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

LOOK_AGAIN = 250  # ms; longer than the pauses of a page that is still rendering
WITHOUT_MOVES = """async () => {
  await document.fonts.ready;
  for (const move of document.getAnimations()) {
    if (move.effect.getComputedTiming().endTime < Infinity) move.finish();
    else move.cancel();
  }
}"""
POPUP_AT_REST = """async () => {
  const root = document.querySelector("sayso-survey").shadowRoot;
  for (let before; before !== root.innerHTML; ) {
    before = root.innerHTML;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await Promise.all(root.getAnimations().map(({ finished }) => finished));
}"""
DIFFERENCES_AT_MOST = 30


def host_record(page: Page) -> Record:
    """Record the page without our elements: the first record that equals the one before it."""
    deadline = time.monotonic() + PATIENCE
    before: Record = {}
    while time.monotonic() < deadline:
        page.evaluate(WITHOUT_MOVES)
        found = _read(page, HOST)
        if found == before:
            return found
        last, before = before, found
        page.wait_for_timeout(LOOK_AGAIN)
    raise AssertionError(f"{page.url} never comes to rest:\n{differences(last, before)}")


def popup_record(page: Page) -> Record:
    """The popup's elements, styles and boxes."""
    page.evaluate(POPUP_AT_REST)
    return _read(page, POPUP)


def _read(page: Page, script: str) -> Record:
    # Return JSON text: Playwright takes seconds to convert so many values.
    found: Record = json.loads(page.evaluate(f"() => JSON.stringify(({script})())"))
    return found


def differences(expected: Record, found: Record) -> str:
    """One line for each difference, up to DIFFERENCES_AT_MOST."""
    lines = _differences(expected, found, "")
    return "\n".join(itertools.islice(lines, DIFFERENCES_AT_MOST))


def _differences(expected: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*expected, *found]):
            place = f"{where} | {key}" if where else key
            yield from _differences(expected.get(key), found.get(key), place)
    elif expected != found:
        yield f"{where}: {expected!r} is now {found!r}"
