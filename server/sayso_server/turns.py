"""Serialises calls from one address per class of calls, and throttles a long burst to the rate of
its limit, so that one address hardly delays others.

Honest callers hardly notice: a call takes a few milliseconds, so two from one address rarely
overlap. A burst of five seconds' worth of the limit is not throttled.
"""

import threading
import time
from collections.abc import Callable

from sayso_server.errors import TooMany
from sayso_server.limit_table import MINUTE

WAITING = 200  # calls in one queue; each uses a connection
FREE_SECONDS = 5  # a burst of so many seconds' worth of the limit is not throttled
FREE_AT_LEAST = 50  # calls in such a burst, however low the limit
KEPT = 20_000  # addresses whose call rate is kept
RETRY_AFTER = 10
MESSAGE = "Too many calls of this address are waiting; wait and try again."

Key = tuple[str, str]


class Turns:
    """One queue per class and address, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[Key, _Queue] = {}
        self._empty_at: dict[Key, float] = {}

    def take(self, name: str, address: str, per_minute: int) -> Callable[[], None]:
        """Wait for a turn and return a function that ends it. Raises TooMany if the queue is
        full."""
        key = (name, address)
        with self._lock:
            queue = self._queues.setdefault(key, _Queue())
            if queue.calls > WAITING:
                raise TooMany(MESSAGE, retry_after=RETRY_AFTER)
            queue.calls += 1
            pause = self._pause(key, per_minute)
        if pause > 0:
            time.sleep(pause)
        queue.lock.acquire()
        return lambda: self._end(key, queue)

    def _pause(self, key: Key, per_minute: int) -> float:
        """Seconds until this call may run: a leaky bucket, stored as the time at which it will be
        empty (GCRA)."""
        now, interval = time.monotonic(), MINUTE / per_minute
        free = max(FREE_SECONDS, FREE_AT_LEAST * interval)
        empty_at = max(now, self._empty_at.pop(key, now))
        self._empty_at[key] = empty_at + interval
        if len(self._empty_at) > KEPT:
            del self._empty_at[next(iter(self._empty_at))]
        return empty_at - now - free

    def _end(self, key: Key, queue: "_Queue") -> None:
        queue.lock.release()
        with self._lock:
            queue.calls -= 1
            if not queue.calls:
                del self._queues[key]


class _Queue:
    """`calls` counts the running call and the waiting ones."""

    __slots__ = ("calls", "lock")

    def __init__(self) -> None:
        self.calls = 0
        self.lock = threading.Lock()  # one thread may acquire it, another release it
