"""How many calls one caller may make in a minute."""

import time

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from sayso_server.errors import TooMany

MESSAGE = "Too many calls in a minute; wait and try again."


class Limits:
    """Counts in memory, or in Redis where several processes share one count. While Redis is away
    nobody is held back: a limit protects the service, it is not worth a refusal."""

    def __init__(self, redis_url: str | None) -> None:
        url = redis_url.replace("valkey://", "redis://", 1) if redis_url else "memory://"
        options = {"socket_connect_timeout": 1, "socket_timeout": 1} if redis_url else {}
        self._limiter = FixedWindowRateLimiter(storage_from_string(url, **options))
        self._shared = redis_url is not None

    def spend(self, kind: str, caller: str, per_minute: int) -> None:
        """Count one call. Raises TooMany with the seconds to wait; 0 means no limit."""
        if not per_minute:
            return
        item = RateLimitItemPerMinute(per_minute)
        try:
            if self._limiter.hit(item, kind, caller):
                return
            until = self._limiter.get_window_stats(item, kind, caller).reset_time
        except Exception:
            if self._shared:
                return
            raise
        raise TooMany(MESSAGE, retry_after=max(1, round(until - time.time())))
