"""Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.e2e.browsers.driver import HEIGHT, WIDTH, Launch, Scheme


class Chromium:
    """One browser context in a running Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def click(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)


def launcher(browser: Browser) -> Launch:
    """Launch visitors in this running browser."""

    @contextmanager
    def launch(scheme: Scheme) -> Iterator[Chromium]:
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": WIDTH, "height": HEIGHT}
        )
        yield Chromium(context.new_page())
        context.close()

    return launch
