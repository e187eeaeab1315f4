"""Who may open one more stream in this process.

Streams and calls share the worker's connections, so a part of those is kept for calls; and of the
streams one address has at most a part, however small the process is.
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
    "visitor": "This visitor has as many open streams as one may have; close one first.",
    "address": "This address has as many open streams as one may have; try again later.",
    "process": "This server holds as many open streams as it can; try again later.",
}


class Places:
    """Counts open streams by visitor, by address and in all."""

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
        """Take a place and return what gives it back, once. Raises TooMany."""
        keys = [("visitor", visitor), ("address", address), ("process", "")]
        with self._lock:
            for kind, who in keys:
                if self._open[kind, who] >= self._most[kind]:
                    raise TooMany(MESSAGES[kind], retry_after=RETRY_AFTER)
            self._open.update(keys)
        return _Once(lambda: self._leave(keys))

    def _leave(self, keys: list[tuple[str, str]]) -> None:
        with self._lock:
            self._open.subtract(keys)
            for key in keys:
                if not self._open[key]:
                    del self._open[key]


class _Once:
    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave: Callable[[], None] | None = leave

    def __call__(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
