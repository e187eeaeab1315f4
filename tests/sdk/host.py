"""A small host application, run in a separate process."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

from tests.sdk.receiver import PATIENCE

BEGIN = """
import os, sys
import sayso
sayso.init("sk_test", host=sys.argv[1], **{options})
"""


class Host:
    """Runs Python code in a separate process, where `sayso` is initialised."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._started: list[subprocess.Popen[str]] = []

    def start(self, code: str, options: str = "{}", before: str = "") -> subprocess.Popen[str]:
        source = dedent(before) + BEGIN.replace("{options}", options) + dedent(code)
        command = [sys.executable, "-W", "error", "-c", source, self._url]
        return self.popen(command)

    def popen(self, command: list[str], cwd: Path | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, code: str, after: Callable[[], None] = lambda: None) -> str:
        """Runs the code; returns its standard output. Asserts exit status 0 and empty stderr. Calls
        `after` before it sends standard input."""
        process = self.start(code)
        after()
        out, err = process.communicate("go", timeout=PATIENCE)
        assert (process.returncode, err) == (0, "")
        return out

    def end(self) -> None:
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=PATIENCE)
