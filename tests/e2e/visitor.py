"""What a visitor sees and does in a popup, and what a page records about us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Response, expect

PATIENCE = 30.0  # seconds; only a failure takes this long
TABS_AT_MOST = 60
KEYS_AT_MOST = 20


def popup(page: Page) -> Locator:
    """The survey's dialog."""
    return page.get_by_role("dialog")


@contextmanager
def appearing(page: Page) -> Iterator[None]:
    """The block must make a popup appear, and the server must accept that it was shown."""
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        yield
    expect(popup(page)).to_be_visible()


def is_shown(response: Response) -> bool:
    """Whether the server accepted an invitation's new state, such as "shown"."""
    return "/invitations/" in response.url and response.ok


def is_call(name: str) -> Callable[[Response], bool]:
    """A predicate for replies to the page call with this name."""
    return lambda response: response.url.endswith(f"/{name}")


def takes_input(page: Page) -> None:
    """Wait until the popup's step takes input: it ignores input while it is animated."""
    page.locator("sayso-survey .box").evaluate(
        "(box) => Promise.all(box.getAnimations({ subtree: true }).map((one) => one.finished))"
    )


def tab_into_popup(page: Page) -> None:
    """Press Tab until the focus is in the popup."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.localName") == "sayso-survey":
            return
    raise AssertionError("Tab never came to the popup")


def choose_by_arrows(page: Page, name: str) -> None:
    """Press the right arrow until the score with this name is selected."""
    score = popup(page).get_by_role("radio", name=name, exact=True)
    for _ in range(KEYS_AT_MOST):
        page.keyboard.press("ArrowRight")
        if score.get_attribute("aria-checked") == "true":
            return
    raise AssertionError(f"The arrows never came to {name}")


def tab_to_button(page: Page, name: str) -> None:
    """Press Tab until this button in the popup has the focus."""
    takes_input(page)
    focused = "document.activeElement.shadowRoot?.activeElement?.textContent"
    for _ in range(TABS_AT_MOST):
        if page.evaluate(focused) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}")


def until(condition: Callable[[], Any], page: Page | None = None) -> None:
    """Poll a condition until it is true. With a page, browser events are handled while waiting."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        if page is None:
            time.sleep(0.05)
        else:
            page.wait_for_timeout(50)


class Notices:
    """Messages to the page's developer: console, errors, policy violations."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " (event) => console.error('violated: ' + event.violatedDirective));"
        )

    def _console(self, message: ConsoleMessage) -> None:
        self.heard.append(message.text)

    def _error(self, error: Error) -> None:
        self.heard.append(str(error))
