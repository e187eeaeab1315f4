"""The bounded queue of a client, over the life of its process: fork, flush, close, exit.

What belongs to one process (thread, waiting records, counts, connection) is made anew in a forked
child: the parent's records are sent by the parent, once. The worker is made at the first record
and not earlier, so that gevent may patch the standard library between import and first use
(`gunicorn --preload -k gevent` does).
"""

import atexit
import os
import sys
import time
import weakref

from sayso.record import Record
from sayso.tally import Tally
from sayso.transport import Transport
from sayso.worker import Flush, Worker


class Queue:
    def __init__(self, transport: Transport, *, limit: int, exit_timeout: float) -> None:
        self.exit_timeout = exit_timeout
        self._transport = transport
        self._limit = limit
        self._closed = False
        self._begin()
        _queues.add(self)

    def _begin(self) -> None:
        self.tally = Tally(self._limit)
        self._made: dict[str, Worker] = {}
        self._last: Flush | None = None

    def forked(self) -> None:
        """In the child."""
        self._transport.forget()
        self._begin()

    def put(self, record: Record) -> None:
        if self._closed:
            self.tally.drop("closed")
        elif not self.tally.admit():
            self.tally.drop("queue_full")
        else:
            (self._worker or self._make_worker()).put(record)

    @property
    def _worker(self) -> Worker | None:
        return self._made.get("worker")

    def _make_worker(self) -> Worker:
        _drain_at_exit_of_multiprocessing()
        # One step, so that neither two threads nor a signal handler that tracks make two of it.
        return self._made.setdefault("worker", Worker(self._transport, self.tally, owner=self))

    def flush(self, timeout: float) -> bool:
        """True when all that was put before is sent, or dropped and counted."""
        worker = self._worker
        if worker is None or self.tally.queued == 0:
            return True
        if worker.is_current_thread():  # a log handler of the host's, called by our own warning
            return False
        flush = Flush()
        worker.put(flush)
        worker.hurry()
        return flush.done.wait(timeout)

    def close(self, timeout: float) -> bool:
        """As flush(), and for good: what is not sent in time is dropped and counted."""
        return self._finish(self.retire(), timeout)

    def retire(self) -> Flush | None:
        """Takes nothing more and lets the thread end when it has sent what waits."""
        self._closed = True
        worker = self._worker
        if worker is None or worker.is_current_thread():
            return None
        if self._last is None:
            self._last = Flush(last=True)
            worker.put(self._last)
        worker.hurry(closing=True)
        return self._last

    def _finish(self, flush: Flush | None, timeout: float) -> bool:
        worker = self._worker
        if worker is None or flush is None or worker.given_up:
            return self.tally.queued == 0
        if flush.done.wait(timeout):
            return True
        worker.give_up()
        self.tally.give_up()
        return False


_queues: weakref.WeakSet[Queue] = weakref.WeakSet()


def _begin_anew_in_child() -> None:
    for each in list(_queues):
        each.forked()


def drain_at_exit() -> None:
    """All queues side by side, each within its own exit_timeout."""
    started = time.monotonic()
    for each, flush in [(each, each.retire()) for each in list(_queues)]:
        each._finish(flush, max(0.0, each.exit_timeout - (time.monotonic() - started)))


def _drain_at_exit_of_multiprocessing() -> None:
    """Its children leave by os._exit(), which skips atexit."""
    if "multiprocessing.util" not in sys.modules:
        return
    from multiprocessing import parent_process, util  # noqa: PLC0415 - only where it is used anyway

    if parent_process() is not None:
        util.Finalize(None, drain_at_exit, exitpriority=0)


atexit.register(drain_at_exit)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_begin_anew_in_child)
