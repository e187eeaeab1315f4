"""Printing never fails and never blocks."""

import os
import time
from collections.abc import Callable, Iterator

import pytest

from sayso_server import output
from sayso_server.output import Output

MUCH = "x" * 4_096 + "\n"


def eventually(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "STUCK_AFTER", 0.05)
    monkeypatch.setattr(output, "AGAIN_AFTER", 0.01)
    monkeypatch.setattr(output, "AT_THE_END", 0.0)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)  # the writer stays open: a thread may still use its descriptor


def test_output_is_written_in_order(pipe: tuple[int, int]) -> None:
    stream = Output(pipe[1])
    for word in ("one ", "two ", "three \ud800\n"):
        print(word, end="", file=stream)
    found = b""
    while not found.endswith(b"\n"):
        found += os.read(pipe[0], 1_000)
    assert found == b"one two three \\ud800\n"
    assert not stream.losing


def test_an_unread_pipe_does_not_block_and_reports_the_loss(
    pipe: tuple[int, int],
) -> None:
    stream = Output(pipe[1])
    for _ in range(3 * output.MOST_WAITING):
        stream.write(MUCH)
    assert stream.losing
    found = b""
    while b"could not be written here" not in found:
        found = found[-100:] + os.read(pipe[0], 65_536)
        stream.write("more\n")


def test_a_full_disk_is_reported_as_losing() -> None:
    stream = Output(os.open("/dev/full", os.O_WRONLY))
    stream.write(MUCH)
    assert not stream.losing
    eventually(lambda: stream.losing)


def test_a_pipe_without_a_reader_is_reported_as_losing() -> None:
    reader, writer = os.pipe()
    os.close(reader)  # every write fails
    stream = Output(writer)
    stream.write(MUCH)
    eventually(lambda: stream.losing)
