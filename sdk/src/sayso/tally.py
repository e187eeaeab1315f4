"""Exact counts of sent, dropped and queued records, and throttled warnings about drops.

Nothing here may block, so the lock is held for a few instructions only. The lock is reentrant, so a
signal handler that tracks cannot deadlock with the call that it interrupted.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

log = logging.getLogger("sayso")

Reason = Literal[
    "queue_full",
    "invalid",
    "too_large",
    "unauthorised",
    "rejected",
    "refused",
    "server_error",
    "closed",
    "while_sending",
    "not_sent_at_close",
    "internal_error",
]

REMEDIES: Final[Mapping[Reason, str]] = {
    "queue_full": "the queue is full: the newest are dropped until the server answers again",
    "invalid": "a call could not be understood and was dropped",
    "too_large": "an event is too large: send fewer or shorter properties",
    "unauthorised": "the secret key was refused: check that it belongs to this project, "
    "is not revoked and has the scope `events`",
    "rejected": "the server rejected a request: check `host` and the version of the server",
    "refused": "the server refused some of what was sent",
    "server_error": "the server failed again and again on the same event, so it was given up",
    "closed": "the client is closed: what is tracked after close() is dropped",
    "while_sending": "what is tracked by a log handler while the SDK sends would have no end",
    "not_sent_at_close": "the time for closing was over before all was sent",
    "internal_error": "the SDK failed: please report this",
}

SILENCE: Final = 60.0
"""Seconds during which the same warning is not repeated."""
TOPICS: Final = 20
"""Maximum number of separately throttled warnings, however many event names a host uses."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts since this process started (a forked child starts at zero).

    ``queued``: waiting or being sent. ``sent``: acknowledged by the server. ``dropped``: lost, by
    reason. ``left_out``: single properties that the server would refuse; their events were sent
    without them.
    """

    queued: int
    sent: int
    dropped: Mapping[str, int]
    left_out: int


class Tally:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.RLock()
        self._queued = 0
        self._sent = 0
        self._left_out = 0
        self._dropped: dict[str, int] = dict.fromkeys(REMEDIES, 0)
        self._given_up = False
        self._warned_at: dict[str, float] = {}
        self._warning: set[int] = set()  # ids of threads

    @property
    def queued(self) -> int:
        return self._queued

    def admit(self) -> bool:
        """Take a place in the queue; False when it is full."""
        with self._lock:
            if self._queued >= self._limit:
                return False
            self._queued += 1
            return True

    def sent(self, count: int) -> None:
        with self._lock:
            if not self._given_up:
                self._queued -= count
                self._sent += count

    def lost(self, reason: Reason, count: int, detail: str = "", topic: str = "") -> None:
        """Count queued records as dropped."""
        with self._lock:
            if self._given_up:
                return
            self._queued -= count
        self.drop(reason, count, detail, topic)

    def drop(self, reason: Reason, count: int = 1, detail: str = "", topic: str = "") -> None:
        """Count records that are not in the queue as dropped."""
        with self._lock:
            self._dropped[reason] += count
            total = self._dropped[reason]
        message = f"{REMEDIES[reason]}: {detail}" if detail else REMEDIES[reason]
        self.warn(topic or reason, "%s (dropped for this reason: %d)", message, total)

    def give_up(self) -> None:
        """Count everything queued as dropped; later results are ignored."""
        with self._lock:
            left, self._queued = self._queued, 0
            self._given_up = True
        if left:
            self.drop("not_sent_at_close", left)

    def leave_out(self, call: str, count: int, messages: Sequence[str]) -> None:
        with self._lock:
            self._left_out += count
            total = self._left_out
            topic = f"left_out {call}" if len(self._warned_at) < TOPICS else "left_out"
        message = "%s is sent without %s (left out so far: %d)"
        self.warn(topic, message, call, "; ".join(messages), total)

    def warn(self, topic: str, message: str, *args: object) -> None:
        """Log a warning, at most once per topic in SILENCE seconds. Exceptions from log handlers
        are ignored, and so are warnings that the handlers cause."""
        now, thread = time.monotonic(), threading.get_ident()
        with self._lock:
            is_due = now - self._warned_at.get(topic, -SILENCE) >= SILENCE
            if not is_due or thread in self._warning:
                return
            self._warned_at[topic] = now
            self._warning.add(thread)
        try:
            with contextlib.suppress(Exception):  # the host's handlers may raise anything
                log.warning(message, *args)
        finally:
            self._warning.discard(thread)

    def stats(self) -> Stats:
        with self._lock:
            dropped = {reason: count for reason, count in self._dropped.items() if count}
            return Stats(self._queued, self._sent, dropped, self._left_out)
