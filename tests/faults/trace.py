"""The system calls of a running process, in order of their start and end."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.server import wait_until
from tests.servers import spawn, stop

TRACED = "recvfrom,read,sendto,sendmsg,write,writev,pwrite64,fsync,fdatasync"
LONGEST_STRING = 8192  # a page of the database, a request
CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\(\d+<(?P<file>.*?)>(?P<rest>[,) ].*)")
RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)")
UNFINISHED = "<unfinished ...>"


@dataclass(slots=True)
class Call:
    """One system call. `file` is the path or socket of its descriptor. `began` and `ended` are
    positions in the trace; `ended` is None for an unfinished call."""

    name: str
    file: str
    said: str = field(repr=False)  # a page of the database
    began: int
    ended: int | None = None


@contextmanager
def tracing(strace: str, process: int, trace: Path) -> Iterator[None]:
    """Writes the system calls of a process and its threads to a file while the block runs.

    Skips the test if processes may not be traced.
    """
    command = [strace, "-f", "-y", "-s", str(LONGEST_STRING), "-e", f"trace={TRACED}"]
    log = trace.with_suffix(".log")
    tracer = spawn([*command, "-o", trace, "-p", str(process)], log=log)
    try:
        wait_until(
            lambda: tracer.poll() is not None or _traced_by(tracer.pid, process),
            lambda: f"strace does not begin: {log.read_text()}",
        )
        if tracer.poll() is not None:
            pytest.skip(f"system-call trace: {log.read_text().strip()}")
        yield
    finally:
        stop(tracer, signal.SIGINT)  # detaches; the process continues


def calls(trace: str) -> list[Call]:
    """Every call on a descriptor, in order of its start."""
    found: list[Call] = []
    open_calls: dict[str, Call] = {}
    for place, line in enumerate(trace.splitlines()):
        resumed = RESUMED.match(line)
        if resumed:
            call = open_calls.pop(resumed["thread"], None)
            if call is not None:
                call.said, call.ended = call.said + resumed["rest"], place
            continue
        begun = CALL.match(line)
        if begun is None:
            continue
        call = Call(begun["name"], begun["file"], begun["rest"], place, place)
        if call.said.endswith(UNFINISHED):
            call.said, call.ended = call.said.removesuffix(UNFINISHED), None
            open_calls[begun["thread"]] = call
        found.append(call)
    return found


def _traced_by(tracer: int, process: int) -> bool:
    threads = Path(f"/proc/{process}/task").iterdir()
    return all(f"TracerPid:\t{tracer}\n" in (one / "status").read_text() for one in threads)
