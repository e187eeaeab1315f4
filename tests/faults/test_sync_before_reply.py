"""On SQLite the server sends a 2xx only after the answer is synced to disk.

Each answer has a unique text. So the trace shows for each answer the request, the write to the
database's log, the sync of that log, and the reply on the same socket.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.line import Line, Weather
from tests.faults.project import create_project
from tests.faults.server import Server, serving
from tests.faults.trace import Call, calls, tracing

IN_SEQUENCE = 6
AT_ONCE = 16
READS = {"recvfrom", "read"}
REPLIES = {"sendto", "sendmsg", "write", "writev"}
SYNCS = {"fsync", "fdatasync"}
LOG = ".db-wal"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its own connection, an invitation and a unique comment."""

    line: Line
    invitation: str
    text: str

    def answer(self) -> None:
        answers = [{"question": "score", "value": 4}, {"question": "comment", "value": self.text}]
        call = {"invitation": self.invitation, "answers": answers, "complete": True}
        self.line.from_page("responses", call)


@pytest.fixture
def server(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, migrated_sqlite_url) as started:
        yield started


def test_every_answer_is_synced_before_it_is_acknowledged(
    server: Server, strace: str, tmp_path: Path
) -> None:
    with (
        _pages(server, IN_SEQUENCE) as pages,
        tracing(strace, server.worker, tmp_path / "trace"),
    ):
        for page in pages:
            page.answer()
    _assert_synced_before_acknowledged(tmp_path / "trace", pages)


def test_sixteen_concurrent_answers_are_synced_before_they_are_acknowledged(
    server: Server, strace: str, tmp_path: Path
) -> None:
    together = threading.Barrier(AT_ONCE)

    def answer(page: Page) -> None:
        together.wait()
        page.answer()

    with (
        _pages(server, AT_ONCE) as pages,
        ThreadPoolExecutor(AT_ONCE) as pool,
        tracing(strace, server.worker, tmp_path / "trace"),
    ):
        list(pool.map(answer, pages))
    _assert_synced_before_acknowledged(tmp_path / "trace", pages)


def _assert_synced_before_acknowledged(trace: Path, pages: list[Page]) -> None:
    made = calls(trace.read_text(errors="replace"))
    for page in pages:
        read = _last(made, READS, said=page.text)
        wrote = _first(made, {"pwrite64"}, file=LOG, said=page.text, after=read)
        synced = _first(made, SYNCS, file=LOG, after=wrote)
        replied = _first(made, REPLIES, file=read.file, after=read)
        assert "HTTP/1.1 200" in replied.said
        assert synced.said.endswith("= 0"), synced
        assert _end(synced) < replied.began, f"acknowledged before the sync: {replied}, {synced}"


def _first(
    made: list[Call], names: set[str], *, after: Call, file: str = "", said: str = ""
) -> Call:
    """The first matching call that begins after `after` ended."""
    fitting = (call for call in made if _fits(call, names, file, said) and call.began > _end(after))
    found = next(fitting, None)
    assert found is not None, f"no {'/'.join(sorted(names))} of {file} {said} after {after}"
    return found


def _last(made: list[Call], names: set[str], *, said: str) -> Call:
    found = [call for call in made if _fits(call, names, "", said)]
    assert found, f"the trace has no request with {said}"
    return found[-1]


def _fits(call: Call, names: set[str], file: str, said: str) -> bool:
    return call.name in names and call.file.endswith(file) and said in call.said


def _end(call: Call) -> int:
    assert call.ended is not None, call
    return call.ended


@contextmanager
def _pages(server: Server, count: int) -> Iterator[list[Page]]:
    project, weather = create_project(server), Weather()
    weather.serving.set()
    with ExitStack() as until_the_end:
        lines = [Line(server.port, project, weather) for _ in range(count)]
        for line in lines:
            until_the_end.callback(line.close)
        yield [_page(line) for line in lines]


def _page(line: Line) -> Page:
    trigger = {"kind": "event", "name": "order_completed", "id": uuid4().hex}
    ask = line.from_page("decide", {"visitor": uuid4().hex, "trigger": trigger}).content["ask"]
    return Page(line, ask["invitation"], f"said {uuid4().hex}")
