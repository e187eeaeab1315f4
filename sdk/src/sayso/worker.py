"""The thread that empties the queue of one process.

It is started by the first record, and again by the next one should it ever die; what it held is
taken up where it was left. A `SimpleQueue` carries the records because its put never blocks and
may be called from a signal handler that interrupts another put.
"""

import contextlib
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
"""Seconds between two batches of a busy host; the first record after a rest is sent at once."""


class Flush:
    """Travels with the records: when it comes out of the queue, all before it is settled."""

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
        self._running = threading.Lock()  # held while there is a thread; never waited for
        self._thread: threading.Thread | None = None
        self._batch = Batch()
        self._held: Record | Flush | None = None
        self._rests_until = 0.0
        self._closing = False
        self.given_up = False

    def put(self, entry: Record | Flush) -> None:
        self._inbox.put(entry)
        if not self._running.locked():
            self._start()

    def _start(self) -> None:
        """Starts one thread, even when a signal handler that tracks interrupts it."""
        if not self._running.acquire(blocking=False):
            return
        try:
            self._thread = threading.Thread(target=self._run, name="sayso", daemon=True)
            self._thread.start()
        except RuntimeError:  # no thread to be had, now: the records wait for the next call
            self._running.release()

    def is_current_thread(self) -> bool:
        return threading.current_thread() is self._thread

    def hurry(self, *, closing: bool = False) -> None:
        """Cuts a wait between two tries short; one that the server asked for only when closing."""
        self._closing = self._closing or closing
        if self._nudges.empty():
            self._nudges.put(None)

    def give_up(self) -> None:
        self.given_up = True
        self.hurry(closing=True)

    # From here on: on the thread.

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            self._transport.close()
            self._running.release()
        if not self.given_up and not self._inbox.empty():  # put since the last turn
            self._start()

    def _turn(self) -> bool:
        flush: Flush | None = None
        try:
            flush = self._gather()
            self._delivery.deliver(self._batch)
        except Exception as error:  # noqa: BLE001 - a thread that dies silently loses everything
            self._tally.lost("internal_error", max(1, len(self._batch)), repr(error))
        self._batch = Batch()
        self._rests_until = time.monotonic() + LINGER
        if flush is not None:
            flush.done.set()
        return not self.given_up and not (flush and flush.last)

    def _gather(self) -> Flush | None:
        """Fills the batch; returns the flush that ended it, if one did."""
        entry: Record | Flush | None = self._held or self._inbox.get()
        self._held = None
        while entry is not None and not isinstance(entry, Flush):
            if not self._batch.add(entry):
                self._held = entry
                return None
            entry = self._next()
        return entry

    def _next(self) -> Record | Flush | None:
        rest = self._rests_until - time.monotonic()
        with contextlib.suppress(queue.Empty):
            return self._inbox.get(timeout=rest) if rest > 0 else self._inbox.get_nowait()
        return None

    def _pause(self, seconds: float, may_be_cut: bool) -> bool:
        until = time.monotonic() + seconds
        while not self.given_up and (left := until - time.monotonic()) > 0:
            try:
                self._nudges.get(timeout=left)
            except queue.Empty:
                break
            if may_be_cut or self._closing:
                break
        return not self.given_up
