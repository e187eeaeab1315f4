"""The demo's child processes: started, watched, and stopped together."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from urllib.parse import urlsplit

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.05  # seconds, while a child starts
WATCH_EVERY = 0.5  # seconds, afterwards
START_WITHIN = 60.0
STOP_WITHIN = 12.0  # a little longer than gunicorn's own timeout
LINES_SHOWN = 15


class ChildEnded(Exception):
    """A child ended by itself, or never answered; the message shows its last lines."""


@dataclass(frozen=True)
class Child:
    """One process. `probe` is an address that answers 200 once the process is ready."""

    name: str
    process: subprocess.Popen[bytes]
    probe: str
    log: Path

    def last_lines(self) -> str:
        """The last lines of the log, indented."""
        lines = self.log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]
        return "\n".join(f"    {line}" for line in lines) or "    (no output)"


class Processes:
    """Child processes that are always stopped at the end of the `with` block.

    A signal only sets a flag that every wait checks. A signal during a start leaves no orphan.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._stopping = threading.Event()

    def __enter__(self) -> Processes:
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        # Also restrict the data directory: Sayso restricts only an empty one.
        for folder in (self._logs.parent, self._logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop_all()

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], probe: str
    ) -> Child:
        """Start a child in its own session, so that Ctrl-C in the terminal reaches only this
        process, which stops the children in order."""
        log = self._logs / f"{name.rsplit(maxsplit=1)[-1].lower()}.log"
        # With util-linux, the child also ends when this process is killed by SIGKILL.
        setpriv = shutil.which("setpriv")
        guard = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*guard, *command],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, probe, log)
        self._children.append(child)
        return child

    def wait_until_answers(self, child: Child) -> bool:
        """Wait until the child's probe answers; False after a stop signal. Raises ChildEnded."""
        deadline = time.monotonic() + START_WITHIN
        while not self._stopping.is_set():
            self._check()
            if _answers(child.probe):
                return True
            if time.monotonic() > deadline:
                raise ChildEnded(
                    f"After {START_WITHIN:.0f} seconds {child.name} does not answer at "
                    f"{child.probe}. Its last lines:\n\n{child.last_lines()}"
                )
            self._stopping.wait(LOOK_EVERY)
        return False

    def wait(self) -> None:
        """Wait for a stop signal. Raises ChildEnded when a child ends first."""
        while not self._stopping.wait(WATCH_EVERY):
            self._check()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _check(self) -> None:
        for child in self._children:
            status = child.process.poll()
            if status is not None and not self._stopping.is_set():
                raise ChildEnded(
                    f"{child.name[0].upper()}{child.name[1:]} ended {_how(status)}. "
                    f"Its last lines ({child.log}):\n\n{child.last_lines()}"
                )

    def _stop_all(self) -> None:
        """Stop the last child first: the shop still sends its events to the server."""
        for child in reversed(self._children):
            _stop(child.process)


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # Gunicorn's quick shutdown: closes open streams; acknowledged events are already stored.
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    # A killed server may leave workers, which are in its session.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _how(status: int) -> str:
    if status < 0:
        return f"by {signal.Signals(-status).name}"
    return f"with exit status {status}"
