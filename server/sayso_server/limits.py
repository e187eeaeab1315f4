"""How much one caller may cost: calls, new people, answers, stored bytes.

Counted in memory, or in Redis where several processes share one count. While Redis is away nobody
is held back: a limit protects the service, it is not worth a refusal.
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
KEPT = 20_000  # callers remembered of one limit, about 6 MB
PROBED = next(iter(LIMITS))
SAID = 1_000  # spent budgets remembered as said in the log

T = TypeVar("T")

log = logging.getLogger("sayso.limits")


class Charge(NamedTuple):
    """`cost` units of the limit `name` for one caller."""

    name: str
    caller: str
    cost: int = 1


class Counts(Protocol):
    """Counters by limit and caller, each with a window that begins at its first charge."""

    def add(self, charges: list[Charge], now: float) -> list[tuple[int, float]]:
        """Add all of them. For each: the count now, and when its window ends (Unix seconds)."""

    def get(self, name: str, caller: str, now: float) -> int:
        """The count as it stands."""


class MemoryCounts:
    """Counters of this process. Of each limit the latest KEPT callers are remembered, whoever
    invents how many."""

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
            windows.pop(charge.caller, None)  # a new window goes to the end of the line
            count, ends = 0, now + LIMITS[charge.name].seconds
            if len(windows) >= KEPT:
                del windows[next(iter(windows))]
        windows[charge.caller] = counted = (count + charge.cost, ends)
        return counted


class RedisCounts:
    """Counters that all processes share; one round trip for any number of charges."""

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
        found = pipe.execute()
        return [
            (int(count), now + max(0, int(ttl)))
            for count, ttl in zip(found[::2], found[1::2], strict=True)
        ]

    def get(self, name: str, caller: str, now: float) -> int:  # noqa: ARG002  # Redis has its clock
        return int(self._storage.get_connection().get(self._key(name, caller)) or 0)

    def _key(self, name: str, caller: str) -> str:
        item = RateLimitItemPerSecond(1, LIMITS[name].seconds, "SAYSO")
        return self._storage.prefixed_key(item.key_for(name, caller))


class Limits:
    """Holds callers to the settings. Times come from `clock`, except where Redis counts."""

    def __init__(
        self, settings: LimitSettings, redis_url: str | None, clock: Callable[[], datetime]
    ) -> None:
        self._most: dict[str, int] = {
            name: getattr(settings, name) * one.unit for name, one in LIMITS.items()
        }
        self._redis_url = redis_url
        self._clock = clock
        self._circuit = Circuit()
        self._said: set[tuple[str, str]] = set()

    def spend(self, *charges: Charge) -> None:
        """Count all of the charges, or none and raise TooMany with the seconds to wait."""
        limited = [charge for charge in charges if self._most[charge.name]]
        if not limited:
            return
        for charge, (count, ends) in zip(limited, self._add(limited), strict=False):
            if count > self._most[charge.name]:
                if len(limited) > 1:  # what is refused must not use up another's budget
                    self.give_back(*limited)
                raise self._refusal(charge, ends)

    def give_back(self, *charges: Charge) -> None:
        """What was counted came to nothing."""
        self._add([one._replace(cost=-one.cost) for one in charges if self._most[one.name]])

    def take(self, name: str, caller: str, most: int) -> bool:
        """Count one of at most `most`; whether there was one left."""
        if not self._most[name]:
            return True
        return all(count <= most for count, _ in self._add([Charge(name, caller)]))

    def percent_of(self, name: str, whole: int) -> int:
        """The share of a whole that a limit in percent leaves to one caller, at least one."""
        return max(1, whole * self._most[name] // 100)

    def spent(self, name: str, caller: str) -> bool:
        """Whether nothing of it is left, or somebody was refused for it."""
        most = self._most[name]
        return bool(most) and ((name, caller) in self._said or self._count(name, caller) >= most)

    @property
    def away(self) -> bool:
        """Whether the calls of several processes cannot be counted together right now."""
        if self._redis_url is not None:
            self._count(PROBED, "")
        return self._circuit.open

    @cached_property
    def _counts(self) -> Counts:
        return RedisCounts(self._redis_url) if self._redis_url else MemoryCounts()

    def _add(self, charges: list[Charge]) -> list[tuple[int, float]]:
        """Nothing while Redis is away."""
        now = self._clock().timestamp()
        return self._unless_away(lambda: self._counts.add(charges, now), [])

    def _count(self, name: str, caller: str) -> int:
        now = self._clock().timestamp()
        return self._unless_away(lambda: self._counts.get(name, caller, now), 0)

    def _unless_away(self, ask: Callable[[], T], otherwise: T) -> T:
        if self._redis_url is None:
            return ask()
        if not self._circuit.may_try():
            return otherwise
        try:
            found = ask()
        except (RedisError, OSError) as error:
            self._circuit.failed()
            log.warning("Redis is away (%s); nobody is held back by limits", error)
            return otherwise
        self._circuit.succeeded()
        return found

    def _refusal(self, charge: Charge, ends: float) -> TooMany:
        limit = LIMITS[charge.name]
        now = self._clock().timestamp()
        if limit.seconds == DAY:
            self._say_once(charge)
            ends = now - now % DAY + DAY
        message = MESSAGES[limit.seconds].format(of=limit.of, per=limit.per)
        return TooMany(message, retry_after=max(1, round(ends - now)))

    def _say_once(self, charge: Charge) -> None:
        if (charge.name, charge.caller) not in self._said:
            if len(self._said) >= SAID:
                self._said.clear()
            self._said.add((charge.name, charge.caller))
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
    """The caller of a limit a day: the project on this day."""
    return f"{project}/{now.date().isoformat()}"
