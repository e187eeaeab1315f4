"""One address's calls of a class are worked on one after the other, and a long burst of them at the
pace of its limit, so that they delay others little.

An honest address hardly notices: a call takes some milliseconds, so that an address seldom has two
at once, and five seconds' worth of its limit is done without any pause.
"""

import threading
import time
from collections.abc import Callable

from sayso_server.errors import TooMany
from sayso_server.limit_table import MINUTE

WAITING = 200  # calls in one line; each holds a connection
FREE_SECONDS = 5  # worth of a limit, done without a pause
FREE_AT_LEAST = 50  # calls, however low the limit
KEPT = 20_000  # lines whose pace is remembered
RETRY_AFTER = 10
MESSAGE = "Too many calls of this address wait already; wait and try again."

Key = tuple[str, str]


class Turns:
    """Who works and who waits in this process: a line for each class and address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[Key, _Line] = {}
        self._due: dict[Key, float] = {}

    def take(self, name: str, address: str, per_minute: int) -> Callable[[], None]:
        """Wait for a turn and return what ends it. Raises TooMany when too many wait already."""
        key = (name, address)
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            if line.calls > WAITING:
                raise TooMany(MESSAGE, retry_after=RETRY_AFTER)
            line.calls += 1
            pause = self._pause(key, per_minute)
        if pause > 0:
            time.sleep(pause)
        line.turn.acquire()
        return lambda: self._end(key, line)

    def _pause(self, key: Key, per_minute: int) -> float:
        """Seconds until this call is due; a leaky bucket that is kept as the time at which it will
        be empty (known as GCRA)."""
        now, pace = time.monotonic(), MINUTE / per_minute
        free = max(FREE_SECONDS, FREE_AT_LEAST * pace)
        empty = max(now, self._due.pop(key, now))
        self._due[key] = empty + pace
        if len(self._due) > KEPT:
            del self._due[next(iter(self._due))]
        return empty - now - free

    def _end(self, key: Key, line: "_Line") -> None:
        line.turn.release()
        with self._lock:
            line.calls -= 1
            if not line.calls:
                del self._lines[key]


class _Line:
    """`calls` counts the one that works and those that wait."""

    __slots__ = ("calls", "turn")

    def __init__(self) -> None:
        self.calls = 0
        self.turn = threading.Lock()  # released by whoever ends the request, in whichever thread
