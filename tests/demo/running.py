"""Runs `python -m demo` as `make run` does, and reads what it prints."""

from __future__ import annotations

import json
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
READY = "Ctrl-C stops everything"


class Demo:
    """One run. `said` contains its output so far, from stdout and stderr."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo", "--data-dir", str(data_dir), *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, text: str) -> None:
        """Wait until the demo prints the text. Fails if the demo ends first or takes too long."""
        while not any(text in line for line in self.said):
            line = self._lines.get(timeout=PATIENCE)
            assert line is not None, f"It ended without saying {text!r}:\n{self.text}"
            self.said.append(line)

    def wait_until_ready(self) -> None:
        self.wait_for(READY)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait until the demo ends; return its exit status."""
        status = self.process.wait(PATIENCE)
        if self._reader.is_alive() or not self._lines.empty():
            while (line := self._lines.get(timeout=PATIENCE)) is not None:
                self.said.append(line)
            self._reader.join()
        return status

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def shop(self) -> str:
        """The shop's URL."""
        return self._address("The shop")

    @property
    def results(self) -> str:
        """The one-time login link to the results."""
        return self._address("Results")

    @property
    def sayso(self) -> str:
        """The server's URL."""
        return self._address("API docs").removesuffix("/docs")

    @property
    def project(self) -> dict[str, Any]:
        """The saved project with its keys."""
        kept: dict[str, Any] = json.loads((self.data_dir / "project.json").read_text())
        return kept

    def surveys(self) -> list[dict[str, Any]]:
        """The project's surveys, from the API."""
        key = {"Authorization": f"Bearer {self.project['secret_key']}"}
        reply = urllib3.request("GET", f"{self.sayso}/v1/surveys", headers=key)
        listed: list[dict[str, Any]] = reply.json()["surveys"]
        return listed

    def children(self) -> dict[str, int]:
        """Its child processes: "sayso" and "shop" → pid."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-ww", "-o", "pid=,args="],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        return {
            "shop" if "demo.shop" in line else "sayso": int(line.split(maxsplit=1)[0])
            for line in listed
        }

    def family(self) -> list[int]:
        """The child processes and all processes in their sessions."""
        return [pid for child in self.children().values() for pid in session_of(child)]

    def _address(self, name: str) -> str:
        found = re.search(rf"{name} +(http\S+)", self.text)
        assert found, self.text
        return found[1]

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put(None)


def session_of(leader: int) -> list[int]:
    """Every process in this leader's session, including zombies."""
    listed = subprocess.run(
        ["ps", "-s", str(leader), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split()]


def wait_until_gone(pids: list[int]) -> None:
    """Wait until none of the processes exists, not even as a zombie. Init takes a moment to reap
    orphans."""
    deadline = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.02)


@contextmanager
def running(data_dir: Path, *options: str) -> Iterator[Demo]:
    """Run the demo until the end of the block."""
    demo = Demo(data_dir, *options)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.signal(signal.SIGTERM)
        demo.end()
