"""Non-blocking standard output and error: printing never fails or blocks a request.

On a full disk a print fails, and on a pipe that nobody reads it blocks for ever. Here a print only
puts the text into a queue. A thread writes it, retrying until there is space or a reader. When the
queue is full, texts are dropped and counted; the count is written with the next text.
"""

import atexit
import errno
import io
import os
import sys
from _queue import SimpleQueue  # gevent replaces `queue.SimpleQueue`
from collections.abc import Callable
from time import monotonic
from typing import cast

from gevent.monkey import get_original

MOST_WAITING = 1_000  # texts in the queue, a few MB; more are dropped
LOSING_FOR = 60.0  # seconds after a loss during which the output counts as degraded
STUCK_AFTER = 2.0  # seconds that one write may take until the output counts as degraded
AT_THE_END = 1.0  # seconds to write the rest of the queue when the process exits
AGAIN_AFTER = 0.2  # seconds between two tries to write
TEMPORARY = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN})  # full, not broken

# Real threads and real sleep: gevent's would run on the main thread, which must not block.
_start_thread = cast("Callable[..., int]", get_original("_thread", "start_new_thread"))
_sleep = cast("Callable[[float], None]", get_original("time", "sleep"))


class Output(io.TextIOBase):
    """Replaces `sys.stdout` or `sys.stderr`. Each process has its own writer thread."""

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
        """Whether texts were dropped in the last minute, or a write is stuck."""
        now, since = monotonic(), self._writing_since
        stuck = since is not None and now - since > STUCK_AFTER
        return stuck or now - self._lost_at < LOSING_FOR

    def _begin(self) -> None:
        """Start a thread and an empty queue: a fork does not copy the thread, and the parent writes
        its own queue."""
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
                if error.errno not in TEMPORARY:
                    raise
                _sleep(AGAIN_AFTER)

    def _end(self) -> None:
        if self._process != os.getpid():
            return
        give_up = monotonic() + AT_THE_END
        while self._written < self._taken and monotonic() < give_up:
            _sleep(0.005)


def open_standard_descriptors() -> None:
    """Open a closed standard descriptor on /dev/null. Call it before anything else is opened:
    otherwise the next file or connection gets that number, and prints would be written into it."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def install() -> None:
    """Replace this process's standard output and error with `Output`."""
    sys.stdout, sys.stderr = Output(1), Output(2)
