"""One address's calls are worked on a few at a time, so that a burst from it delays others little.

An honest address hardly notices: within its limit of calls a minute it seldom has two at once.
"""

import threading
from collections.abc import Callable

from sayso_server.errors import TooMany

AT_ONCE = 2
WAITING = 200  # calls of one address in the line; each holds a connection
RETRY_AFTER = 1
MESSAGE = "Too many calls of this address wait already; wait and try again."


class Turns:
    """Who works and who waits in this process, by address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    def take(self, address: str) -> Callable[[], None]:
        """Wait for a turn and return what ends it. Raises TooMany when too many wait already."""
        with self._lock:
            line = self._lines.setdefault(address, _Line())
            if line.calls >= AT_ONCE + WAITING:
                raise TooMany(MESSAGE, retry_after=RETRY_AFTER)
            line.calls += 1
        line.places.acquire()
        return lambda: self._end(address, line)

    def _end(self, address: str, line: "_Line") -> None:
        line.places.release()
        with self._lock:
            line.calls -= 1
            if not line.calls:
                del self._lines[address]


class _Line:
    """`calls` counts those that work and those that wait."""

    __slots__ = ("calls", "places")

    def __init__(self) -> None:
        self.calls = 0
        self.places = threading.Semaphore(AT_ONCE)
