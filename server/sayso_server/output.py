"""Standard output and error that never fail a request and never hold one up.

Whatever prints does so on somebody's way to an answer: a log line, gevent's report of an exception,
a warning. A full disk makes a print fail, a pipe that nobody reads makes it wait for ever. Here a
print only adds to a queue, which a thread writes out, when there is space again or a reader; what
is too much for the queue is dropped, counted and said.
"""

import atexit
import errno
import io
import os
import sys
from _queue import SimpleQueue  # gevent replaces the one of `queue`
from collections.abc import Callable
from time import monotonic
from typing import cast

from gevent.monkey import get_original

MOST_WAITING = 1_000  # texts in the queue, some MB; further ones are dropped
LOSING_FOR = 60.0  # seconds after a loss during which the output counts as degraded
STUCK_AFTER = 2.0  # seconds that one write may take until the output counts as degraded
AT_THE_END = 1.0  # seconds for what is still in the queue when the process ends
AGAIN_AFTER = 0.2  # seconds until a descriptor that takes nothing right now is tried again
PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN})  # full, not broken

# Real threads and real sleep: under gevent the usual ones share the thread that may not wait.
_start_thread = cast("Callable[..., int]", get_original("_thread", "start_new_thread"))
_sleep = cast("Callable[[float], None]", get_original("time", "sleep"))


class Output(io.TextIOBase):
    """Stands for `sys.stdout` or `sys.stderr`. Each process writes by a thread of its own."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._process = 0
        self._waiting: SimpleQueue[str] = SimpleQueue()
        self._taken = self._written = 0
        self._lost, self._lost_at = 0, -LOSING_FOR
        self._writing_since: float | None = None
        atexit.register(self._end)

    def write(self, text: str) -> int:
        if self._process != os.getpid():
            self._begin()
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(text)
            self._taken += 1
        else:
            self._lose()
        return len(text)

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    @property
    def losing(self) -> bool:
        """Whether texts were dropped lately, or one cannot be got rid of."""
        now, since = monotonic(), self._writing_since
        stuck = since is not None and now - since > STUCK_AFTER
        return stuck or now - self._lost_at < LOSING_FOR

    def _begin(self) -> None:
        """A fork takes no thread along, and what waits there is its parent's to write."""
        self._process = os.getpid()
        self._waiting = SimpleQueue()
        self._taken = self._written = 0
        self._writing_since = None
        _start_thread(self._write_out, ())

    def _lose(self) -> None:
        self._lost += 1
        self._lost_at = monotonic()

    def _write_out(self) -> None:
        while True:
            text = self._waiting.get()
            if self._lost:
                text = f"({self._lost} texts could not be written here)\n{text}"
            self._writing_since = monotonic()
            try:
                self._write_all(text.encode(self.encoding, self.errors))
                self._lost = 0
            except OSError:
                self._lose()
            self._writing_since = None
            self._written += 1

    def _write_all(self, content: bytes) -> None:
        while content:
            try:
                content = content[os.write(self._descriptor, content) :]
            except OSError as error:
                if error.errno not in PASSING:
                    raise
                _sleep(AGAIN_AFTER)

    def _end(self) -> None:
        if self._process != os.getpid():
            return
        give_up = monotonic() + AT_THE_END
        while self._written < self._taken and monotonic() < give_up:
            _sleep(0.005)


def open_standard_descriptors() -> None:
    """Call it before anything else is opened: where a standard descriptor is closed, the next file
    or connection would get its number, and whatever prints would write into it."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free


def install() -> None:
    """Let everything that this process prints go through an `Output`."""
    sys.stdout, sys.stderr = Output(1), Output(2)
