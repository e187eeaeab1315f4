"""The interface that a test drives every browser through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

Scheme = Literal["light", "dark"]

WIDTH, HEIGHT = 1280, 720

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "ArrowLeft": "\ue012", "Control": "\ue009"}
"""WebDriver's code for a key by its DOM name; every other key is its own character."""


class Driver(Protocol):
    """One window of one browser, with one page at a time."""

    def open(self, url: str) -> None:
        """Open the page and wait until it has loaded."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, passed as JSON."""

    def press(self, key: str) -> None:
        """Press one key, or several together: `Tab`, `9`, `Control+Enter`."""

    def click(self, x: float, y: float) -> None:
        """Click with the mouse, at CSS pixels in the viewport."""


class Launch(Protocol):
    """Start a browser that prefers this colour scheme, and stop it after the block."""

    def __call__(self, scheme: Scheme) -> AbstractContextManager[Driver]: ...


class NotHere(Exception):
    """The browser is not on this machine; the message says what is missing."""


def key_actions(key: str) -> list[dict[str, Any]]:
    """The actions in the format that both WebDriver protocols take."""
    held = [KEYS.get(name, name) for name in key.split("+")]
    down = [{"type": "keyDown", "value": one} for one in held]
    up = [{"type": "keyUp", "value": one} for one in reversed(held)]
    return [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]


def click_actions(x: float, y: float) -> list[dict[str, Any]]:
    """The actions in the format that both WebDriver protocols take."""
    return [{"type": "pointer", "id": "mouse", "actions": list(_click(round(x), round(y)))}]


def _click(x: int, y: int) -> Iterator[dict[str, Any]]:
    yield {"type": "pointerMove", "x": x, "y": y}
    yield {"type": "pointerDown", "button": 0}
    yield {"type": "pointerUp", "button": 0}
