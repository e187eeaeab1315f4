"""How many calls one caller may make in a minute."""

import time
from functools import cached_property

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from sayso_server.circuit import Circuit
from sayso_server.errors import TooMany

MESSAGE = "Too many calls in a minute; wait and try again."


class Limits:
    """Counts in memory, or in Redis where several processes share one count. While Redis is away
    nobody is held back: a limit protects the service, it is not worth a refusal."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis_url = redis_url
        self._circuit = Circuit()

    @property
    def away(self) -> bool:
        """Whether the calls of several processes cannot be counted together right now."""
        if self._redis_url is not None and self._circuit.may_try():
            answers = self._limiter.storage.check()
            (self._circuit.succeeded if answers else self._circuit.failed)()
        return self._circuit.open

    @cached_property
    def _limiter(self) -> FixedWindowRateLimiter:
        """Made at the first call, thus after the fork: its memory runs a timer."""
        if self._redis_url is None:
            return FixedWindowRateLimiter(storage_from_string("memory://"))
        url = self._redis_url.replace("valkey://", "redis://", 1)
        return FixedWindowRateLimiter(
            storage_from_string(url, socket_connect_timeout=1, socket_timeout=1)
        )

    def spent(self, kind: str, caller: str, per_minute: int) -> bool:
        """Whether the caller has no such call left in this minute."""
        if not per_minute:
            return False
        try:
            return not self._limiter.test(RateLimitItemPerMinute(per_minute), kind, caller)
        except Exception:
            if self._redis_url is not None:
                return False
            raise

    def spend(self, kind: str, caller: str, per_minute: int) -> None:
        """Count one call. Raises TooMany with the seconds to wait; 0 means no limit."""
        if not per_minute or not self._circuit.may_try():
            return
        item = RateLimitItemPerMinute(per_minute)
        try:
            passes = self._limiter.hit(item, kind, caller)
            until = passes or self._limiter.get_window_stats(item, kind, caller).reset_time
        except Exception:
            if self._redis_url is not None:
                self._circuit.failed()
                return
            raise
        self._circuit.succeeded()
        if not passes:
            raise TooMany(MESSAGE, retry_after=max(1, round(until - time.time())))
