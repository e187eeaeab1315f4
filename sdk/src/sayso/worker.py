"""A background thread that sends the queued records of one process.

The first record starts the thread. If the thread dies, the next record starts another, which
resumes the interrupted batch. If no thread can be started (the interpreter is shutting down, or the
system allows no more), callers of flush() and close() send the queue on their own thread. The
records are in a `SimpleQueue` because its put never blocks and is reentrant: a signal handler may
call put while it interrupts another put.
"""

import contextlib
import math
import queue
import threading
import time
from typing import Final

from sayso.batch import Batch
from sayso.delivery import Delivery
from sayso.record import Record
from sayso.tally import Tally
from sayso.transport import Transport

LINGER: Final = 0.05
"""Seconds between two batches on a busy host; the first record after a pause is sent at once."""
POLL: Final = 0.1
"""Seconds between two checks by a waiting caller that a thread still sends the queue."""

_without_thread: Final[set["Worker"]] = set()
"""Workers without a thread; kept from garbage collection until their records are sent."""


class Flush:
    """A marker in the queue. When it is reached, all earlier records were sent or dropped."""

    def __init__(self, *, last: bool = False) -> None:
        self.last = last
        self.done = threading.Event()


class Worker:
    def __init__(self, transport: Transport, tally: Tally, owner: object) -> None:
        self._delivery = Delivery(transport, tally, self._pause)
        self._transport = transport
        self._tally = tally
        self._owner = owner  # a client that was dropped without close() is still drained at exit
        self._inbox: queue.SimpleQueue[Record | Flush] = queue.SimpleQueue()
        self._nudges: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._running = threading.Lock()  # held by the sending thread; always acquired non-blocking
        self._runs_on: int | None = None
        self._batch = Batch()
        self._held: Record | None = None
        self._flush: Flush | None = None
        self._rests_until = 0.0
        self._closing = False
        self.given_up = False

    def put(self, entry: Record | Flush) -> None:
        self._inbox.put(entry)
        if not self._running.locked():
            self._start()

    def wait(self, flush: Flush, timeout: float) -> bool:
        """Wait at most `timeout` seconds until the flush is done. Returns False on timeout."""
        until = time.monotonic() + timeout
        while not flush.done.is_set() and (left := until - time.monotonic()) > 0:
            if self._running.locked():
                flush.done.wait(min(left, POLL))
            elif not flush.done.is_set() and not self._start():  # set before the lock is released
                self._run_here(flush, until)
        return flush.done.is_set()

    def _start(self) -> bool:
        """Start the thread if none runs. Returns False if it cannot be started. A signal handler
        that tracks may safely interrupt this."""
        if not self._running.acquire(blocking=False):
            return True
        try:
            threading.Thread(target=self._run, name="sayso", daemon=True).start()
        except Exception:  # noqa: BLE001 - no thread can be started, for whatever reason
            _without_thread.add(self)
            self._running.release()
            return False
        return True

    def is_current_thread(self) -> bool:
        return threading.get_ident() == self._runs_on

    def hurry(self, *, closing: bool = False) -> None:
        """Cut short the backoff before a retry, and the server's Retry-After only when closing."""
        self._closing = self._closing or closing
        if self._nudges.empty():
            self._nudges.put(None)

    def give_up(self) -> None:
        self.given_up = True
        self.hurry(closing=True)

    # The methods below run on the worker's thread, or on the thread of a waiting caller.

    def _run(self) -> None:
        self._runs_on = threading.get_ident()
        try:
            while self._turn():
                pass
        finally:
            self._end()
        if not self.given_up and not self._inbox.empty():  # put after the last turn
            self._start()

    def _run_here(self, flush: Flush, until: float) -> None:
        if not self._running.acquire(blocking=False):
            return
        self._runs_on = threading.get_ident()
        self._transport.until = until
        try:
            while not flush.done.is_set() and self._turn():
                pass
        finally:
            self._transport.until = math.inf
            self._end()

    def _end(self) -> None:
        self._transport.close()
        self._runs_on = None
        if not len(self._batch) and self._inbox.empty():
            _without_thread.discard(self)
        self._running.release()

    def _turn(self) -> bool:
        """Send one batch. Returns False after the last flush, when given up, or out of time."""
        try:
            if self._flush is None:
                self._flush = self._gather()
            if not self._delivery.deliver(self._batch) and not self.given_up:
                return False  # the caller's time is over; the next call resumes the batch
        except Exception as error:  # noqa: BLE001 - a thread that dies silently loses everything
            self._tally.lost("internal_error", max(1, len(self._batch)), repr(error))
        flush, self._flush = self._flush, None
        self._batch = Batch()
        self._rests_until = time.monotonic() + LINGER
        if flush is not None:
            flush.done.set()
        return not self.given_up and not (flush and flush.last)

    def _gather(self) -> Flush | None:
        """Fill the batch; return the flush that ended it, if any."""
        entry: Record | Flush | None = self._held or self._first()
        self._held = None
        while entry is not None and not isinstance(entry, Flush):
            if not self._batch.add(entry):
                self._held = entry
                return None
            entry = self._next()
        return entry

    def _first(self) -> Record | Flush | None:
        """Block until a record arrives, unless an interrupted batch must be resumed."""
        return self._next() if len(self._batch) else self._inbox.get()

    def _next(self) -> Record | Flush | None:
        rest = self._rests_until - time.monotonic()
        with contextlib.suppress(queue.Empty):
            return self._inbox.get(timeout=rest) if rest > 0 else self._inbox.get_nowait()
        return None

    def _pause(self, seconds: float, may_be_cut: bool) -> bool:
        until = min(time.monotonic() + seconds, self._transport.until)
        while not self.given_up and (left := until - time.monotonic()) > 0:
            try:
                self._nudges.get(timeout=left)
            except queue.Empty:
                break
            if may_be_cut or self._closing:
                break
        return not self.given_up and time.monotonic() < self._transport.until
