"""How psycopg waits for PostgreSQL in a gevent worker.

Under gevent psycopg falls back to `select.poll`, which builds a poll object, a timer and a waiter
for each round trip (66 µs of processor time against 42). A watcher on the connection's file
descriptor is what the loop is made for.
"""

from collections.abc import Generator
from typing import TypeVar

import gevent
from gevent import get_hub
from psycopg import OperationalError, errors, waiting

T = TypeVar("T")


class NoAnswer(OperationalError):
    """The database has not answered in time."""

    def __init__(self) -> None:
        super().__init__("no answer in time")


class _Patience:
    """Seconds that an answer may take, whatever the network says. A connection may be dead though
    its packets are acknowledged: by a proxy, a pooler, or a load balancer."""

    seconds: float | None = None


def wait(
    generator: Generator[int, int, T],
    fileno: int,
    interval: float = 0.0,  # noqa: ARG001  # psycopg's signature; the loop needs no interval
    timeout: float | None = None,
) -> T:
    """Run psycopg's generator, letting other greenlets run whenever it would block. psycopg's
    numbers for reading, writing and both are gevent's as well."""
    hub = get_hub()
    late: type[Exception] = errors._WaitTimeout
    if timeout is None:
        timeout, late = _Patience.seconds, NoAnswer
    try:
        with gevent.Timeout(timeout, late):
            wanted = next(generator)
            while True:
                watcher = hub.loop.io(fileno, int(wanted))
                try:
                    hub.wait(watcher)
                finally:
                    watcher.close()
                wanted = generator.send(int(wanted))
    except StopIteration as done:
        value: T = done.value
        return value


def install() -> None:
    """Let every connection of this process wait so."""
    waiting.wait = wait  # type: ignore[assignment]  # its Wait and Ready are our int


def give_up_after(seconds: float) -> None:
    """From now on a statement without an answer fails, and its connection is thrown away."""
    _Patience.seconds = seconds
