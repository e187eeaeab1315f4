"""Install system packages with apt-get, if running as root on Debian."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

INSTALL_SECONDS = 600
LOCK = Path(tempfile.gettempdir()) / "sayso-apt.lock"


class NotInstalled(Exception):
    """A package could not be installed; the message tells why."""


def install(*packages: str) -> None:
    """Update the package lists and install the packages. Raises NotInstalled."""
    if os.geteuid() != 0:
        raise NotInstalled("not root, so no system package")
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        raise NotInstalled("not Debian, so no system package")
    # One retry to reach a mirror.
    apt = ["apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"]
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # apt-get fails at once while another one runs
        run([*apt, "update"])
        run([*apt, "install", "-y", "--no-install-recommends", *packages])


def run(command: list[str]) -> None:
    """Run an installer non-interactively. Raises NotInstalled."""
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
    lines = (getattr(error, "stderr", None) or "").splitlines()
    with_words = [line.strip() for line in lines if re.search(r"\w{3}", line)]
    return with_words[-1] if with_words else str(error)
