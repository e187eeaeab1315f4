"""Rate limits per caller: requests, new people, answers, stored bytes.

Counted in memory, or in Redis when several processes share the counters. While Redis is down the
limits are not enforced: refusing honest requests would be worse.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from redis import RedisError

from sayso_server.circuit import Circuit
from sayso_server.errors import TooMany
from sayso_server.limit_table import DAY, HOUR, LIMITS, MINUTE, LimitSettings

MESSAGES = {
    MINUTE: "Too many calls in a minute; wait and try again.",
    HOUR: "More than one {per} may send in an hour ({of}); wait and try again.",
    DAY: "The day's budget of {of} is spent; it begins anew at midnight UTC.",
}
KEPT = 20_000  # callers remembered per limit, about 6 MB
PROBED = next(iter(LIMITS))
LOGGED_AT_MOST = 1_000  # spent budgets remembered as logged

T = TypeVar("T")

log = logging.getLogger("sayso.limits")


class Charge(NamedTuple):
    """`cost` units of the limit `name` for one caller."""

    name: str
    caller: str
    cost: int = 1


class Counts(Protocol):
    """Fixed-window counters per limit and caller; a window begins with its first charge."""

    def add(self, charges: list[Charge], now: float) -> list[tuple[int, float]]:
        """Add all charges. For each: the new count, and when its window ends (Unix seconds)."""

    def get(self, name: str, caller: str, now: float) -> int:
        """The count in the current window."""


class MemoryCounts:
    """Counters in this process. Each limit remembers its latest KEPT callers, so that made-up
    callers cannot fill the memory."""

    def __init__(self) -> None:
        self._windows: dict[str, dict[str, tuple[int, float]]] = {name: {} for name in LIMITS}

    def add(self, charges: list[Charge], now: float) -> list[tuple[int, float]]:
        return [self._add(charge, now) for charge in charges]

    def get(self, name: str, caller: str, now: float) -> int:
        count, ends = self._windows[name].get(caller, (0, 0.0))
        return count if now < ends else 0

    def _add(self, charge: Charge, now: float) -> tuple[int, float]:
        windows = self._windows[charge.name]
        count, ends = windows.get(charge.caller, (0, 0.0))
        if now >= ends:
            windows.pop(charge.caller, None)  # re-inserted at the end: the oldest is dropped first
            count, ends = 0, now + LIMITS[charge.name].seconds
            if len(windows) >= KEPT:
                del windows[next(iter(windows))]
        windows[charge.caller] = counted = (count + charge.cost, ends)
        return counted


class RedisCounts:
    """Counters that all processes share; any number of charges takes one round trip."""

    def __init__(self, url: str) -> None:
        url = url.replace("valkey://", "redis://", 1)
        self._storage = RedisStorage(url, socket_connect_timeout=1, socket_timeout=1)

    def add(self, charges: list[Charge], now: float) -> list[tuple[int, float]]:
        redis: Any = self._storage.get_connection()
        pipe = redis.pipeline(transaction=False)
        for charge in charges:
            key = self._key(charge.name, charge.caller)
            seconds = LIMITS[charge.name].seconds
            self._storage.lua_incr_expire([key], [seconds, charge.cost], client=pipe)
            pipe.ttl(key)
        replies = pipe.execute()
        return [
            (int(count), now + max(0, int(ttl)))
            for count, ttl in zip(replies[::2], replies[1::2], strict=True)
        ]

    def get(self, name: str, caller: str, now: float) -> int:  # noqa: ARG002  # Redis has its clock
        return int(self._storage.get_connection().get(self._key(name, caller)) or 0)

    def _key(self, name: str, caller: str) -> str:
        item = RateLimitItemPerSecond(1, LIMITS[name].seconds, "SAYSO")
        return self._storage.prefixed_key(item.key_for(name, caller))


class Limits:
    """Enforces the limits in the settings. Times come from `clock`; Redis uses its own."""

    def __init__(
        self, settings: LimitSettings, redis_url: str | None, clock: Callable[[], datetime]
    ) -> None:
        self._most: dict[str, int] = {
            name: getattr(settings, name) * limit.unit for name, limit in LIMITS.items()
        }
        self._redis_url = redis_url
        self._clock = clock
        self._circuit = Circuit()
        self._logged: set[tuple[str, str]] = set()

    def spend(self, *charges: Charge) -> None:
        """Count the charges. Raises TooMany, with the seconds to wait, if one exceeds its limit;
        several charges are then all undone."""
        limited = [charge for charge in charges if self._most[charge.name]]
        if not limited:
            return
        for charge, (count, ends) in zip(limited, self._add(limited), strict=False):
            if count > self._most[charge.name]:
                if len(limited) > 1:  # a refused call must not use up its other budgets
                    self.give_back(*limited)
                raise self._refusal(charge, ends)

    def give_back(self, *charges: Charge) -> None:
        """Undo charges: the call stored nothing."""
        self._add([c._replace(cost=-c.cost) for c in charges if self._most[c.name]])

    def take(self, name: str, caller: str, most: int) -> bool:
        """Count one unit. Returns False when the count exceeds `most`."""
        if not self._most[name]:
            return True
        return all(count <= most for count, _ in self._add([Charge(name, caller)]))

    def percent_of(self, name: str, whole: int) -> int:
        """The units of `whole` that a percentage limit allows one caller; at least 1."""
        return max(1, whole * self._most[name] // 100)

    def spent(self, name: str, caller: str) -> bool:
        """Whether the budget is used up, or a call was already refused because of it."""
        most = self._most[name]
        return bool(most) and ((name, caller) in self._logged or self._count(name, caller) >= most)

    @property
    def away(self) -> bool:
        """Whether Redis is down, so that processes cannot share their counters."""
        if self._redis_url is not None:
            self._count(PROBED, "")
        return self._circuit.open

    @cached_property
    def _counts(self) -> Counts:
        return RedisCounts(self._redis_url) if self._redis_url else MemoryCounts()

    def _add(self, charges: list[Charge]) -> list[tuple[int, float]]:
        """Returns an empty list while Redis is down."""
        now = self._clock().timestamp()
        return self._unless_away(lambda: self._counts.add(charges, now), [])

    def _count(self, name: str, caller: str) -> int:
        now = self._clock().timestamp()
        return self._unless_away(lambda: self._counts.get(name, caller, now), 0)

    def _unless_away(self, query: Callable[[], T], otherwise: T) -> T:
        if self._redis_url is None:
            return query()
        if not self._circuit.may_try():
            return otherwise
        try:
            result = query()
        except (RedisError, OSError) as error:
            self._circuit.failed()
            log.warning("Redis is unavailable (%s); limits are not enforced", error)
            return otherwise
        self._circuit.succeeded()
        return result

    def _refusal(self, charge: Charge, ends: float) -> TooMany:
        limit = LIMITS[charge.name]
        now = self._clock().timestamp()
        if limit.seconds == DAY:
            self._log_once(charge)
            ends = now - now % DAY + DAY
        message = MESSAGES[limit.seconds].format(of=limit.of, per=limit.per)
        return TooMany(message, retry_after=max(1, round(ends - now)))

    def _log_once(self, charge: Charge) -> None:
        if (charge.name, charge.caller) not in self._logged:
            if len(self._logged) >= LOGGED_AT_MOST:
                self._logged.clear()
            self._logged.add((charge.name, charge.caller))
            limit = LIMITS[charge.name]
            log.warning(
                "The day's budget of %s %s (%s) is spent for %s; more are refused until midnight "
                "UTC. Raise %s if these visitors are honest.",
                self._most[charge.name],
                limit.of,
                limit.setting,
                charge.caller,
                limit.setting,
            )


def day_of(project: object, now: datetime) -> str:
    """The `caller` of a daily limit: the project and the day (UTC)."""
    return f"{project}/{now.date().isoformat()}"
