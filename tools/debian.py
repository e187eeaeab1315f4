"""Installs the system's packages, where we are root on Debian."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

INSTALL_SECONDS = 600


class NotInstalled(Exception):
    """The message says why not."""


def install(*packages: str) -> None:
    """Raises NotInstalled."""
    if os.geteuid() != 0:
        raise NotInstalled("not root, so no system package")
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        raise NotInstalled("not Debian, so no system package")
    # Two chances to reach a mirror.
    apt = ["apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"]
    run([*apt, "update"])
    run([*apt, "install", "-y", "--no-install-recommends", *packages])


def run(command: list[str]) -> None:
    """Run an installer that asks nothing. Raises NotInstalled."""
    try:
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotInstalled(f"{Path(command[0]).name}: {_last_line(error)}") from None


def _last_line(error: OSError | subprocess.SubprocessError) -> str:
    said = (getattr(error, "stderr", None) or "").splitlines()
    worded = [line.strip() for line in said if re.search(r"\w{3}", line)]
    return worded[-1] if worded else str(error)
