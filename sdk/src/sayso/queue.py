"""A client's bounded queue, and its handling of fork, flush, close and exit.

A forked child gets its own thread, queue, counts and connection; only the parent sends the parent's
records. The first record creates the worker, so that gevent may patch the standard library between
import and first use (as `gunicorn --preload -k gevent` does).
"""

import atexit
import os
import sys
import time
import weakref
from dataclasses import dataclass

from sayso.record import Record
from sayso.tally import Tally
from sayso.transport import Transport, is_sending
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
        """Called in a forked child."""
        self._transport.forget()
        self._begin()

    def put(self, record: Record) -> None:
        worker = self._worker
        if self._closed:
            self.tally.drop("closed")
        elif is_sending():
            self.tally.drop("while_sending")
        elif worker is not None and worker.given_up:
            self.tally.drop("not_sent_at_close")
        elif not self.tally.admit():
            self.tally.drop("queue_full")
        else:
            (worker or self._make_worker()).put(record)
            if _process.is_ending:  # no drain follows, so send before the call returns
                self.drain(self.ask_for_the_end(anew=True), self.exit_timeout)

    @property
    def _worker(self) -> Worker | None:
        return self._made.get("worker")

    def _make_worker(self) -> Worker:
        _drain_where_atexit_is_skipped()
        # setdefault is atomic, so threads and signal handlers cannot create a second worker.
        return self._made.setdefault("worker", Worker(self._transport, self.tally, owner=self))

    def flush(self, timeout: float) -> bool:
        """Returns True if all records put earlier were sent, or dropped and counted."""
        worker = self._worker
        if worker is None or self.tally.queued == 0:
            return True
        if worker.is_current_thread():  # the host's log handler flushes on our own warning
            return False
        flush = Flush()
        worker.put(flush)
        worker.hurry()
        return worker.wait(flush, timeout)

    def close(self, timeout: float) -> bool:
        """Flush, then stop: records not sent in time are dropped and counted."""
        return self.drain(self.retire(), timeout)

    def retire(self) -> Flush | None:
        """Accept no more records, and end the thread when it has sent the queue."""
        self._closed = True
        return self.ask_for_the_end()

    def ask_for_the_end(self, *, anew: bool = False) -> Flush | None:
        """End the thread when it has sent the queue. `anew`: even if already requested."""
        worker = self._worker
        if worker is None or worker.is_current_thread():
            return None
        if self._last is None or anew:
            self._last = Flush(last=True)
            worker.put(self._last)
        worker.hurry(closing=True)
        return self._last

    def drain(self, flush: Flush | None, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the flush, then drop and count the rest."""
        worker = self._worker
        if worker is None or flush is None or worker.given_up:
            return self.tally.queued == 0
        if worker.wait(flush, timeout):
            return True
        worker.give_up()
        self.tally.give_up()
        return False


@dataclass
class _Process:
    is_ending: bool = False


_process = _Process()
_queues: weakref.WeakSet[Queue] = weakref.WeakSet()


def _begin_anew_in_child() -> None:
    for each in list(_queues):
        each.forked()


def drain_at_exit(*_arguments: object, **_named: object) -> None:
    """Drain all queues concurrently, each within its own exit_timeout."""
    _process.is_ending = True
    started = time.monotonic()
    for each, flush in [(each, each.ask_for_the_end()) for each in list(_queues)]:
        each.drain(flush, max(0.0, each.exit_timeout - (time.monotonic() - started)))


def _drain_where_atexit_is_skipped() -> None:
    """The children of multiprocessing and Celery exit with os._exit(), so use their own hooks."""
    if "multiprocessing.util" in sys.modules:
        from multiprocessing import parent_process, util  # noqa: PLC0415 - only if it is used

        if parent_process() is not None:
            util.Finalize(None, drain_at_exit, exitpriority=0)
    of_celery = getattr(sys.modules.get("celery.signals"), "worker_process_shutdown", None)
    if of_celery is not None:
        of_celery.connect(drain_at_exit, weak=False)


atexit.register(drain_at_exit)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_begin_anew_in_child)
