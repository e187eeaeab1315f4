"""A limit on the open streams of this process.

Streams and calls share the worker's connections, so some are reserved for calls. One address gets
only a fraction of the streams, even if the process allows few.
"""

import threading
from collections import Counter
from collections.abc import Callable

from sayso_server.errors import TooMany
from sayso_server.limit_table import LimitSettings

FOR_STREAMS = 3 / 4  # of the worker's connections
FOR_ONE_ADDRESS = 1 / 4  # of the streams
RETRY_AFTER = 60
MESSAGES = {
    "visitor": "This visitor has too many open streams; close one first.",
    "address": "This address has too many open streams; try again later.",
    "process": "This server has too many open streams; try again later.",
}


class StreamLimit:
    """Counts open streams per visitor, per address and in total."""

    def __init__(self, settings: LimitSettings, connections: int) -> None:
        self._lock = threading.Lock()
        self._open: Counter[tuple[str, str]] = Counter()
        streams = int(connections * FOR_STREAMS)
        of_address = int(streams * FOR_ONE_ADDRESS)
        self._most = {
            "visitor": settings.streams_per_visitor or streams,
            "address": min(settings.streams_per_address, of_address) or streams,
            "process": streams,
        }

    def take(self, visitor: str, address: str) -> Callable[[], None]:
        """Count one more stream. Returns an idempotent release function. Raises TooMany."""
        keys = [("visitor", visitor), ("address", address), ("process", "")]
        with self._lock:
            for kind, name in keys:
                if self._open[kind, name] >= self._most[kind]:
                    raise TooMany(MESSAGES[kind], retry_after=RETRY_AFTER)
            self._open.update(keys)
        return _Once(lambda: self._release(keys))

    def _release(self, keys: list[tuple[str, str]]) -> None:
        with self._lock:
            self._open.subtract(keys)
            for key in keys:
                if not self._open[key]:
                    del self._open[key]


class _Once:
    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    def __call__(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()
