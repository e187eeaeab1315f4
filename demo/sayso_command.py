"""The `sayso` command of the current Python environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SAYSO = str(Path(sys.executable).with_name("sayso"))


def server_settings(data_dir: Path, public_url: str) -> dict[str, str]:
    """The environment of the demo's server: SQLite in `data_dir`, no other SAYSO_ settings."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    return {**others, "SAYSO_DATA_DIR": str(data_dir), "SAYSO_PUBLIC_URL": public_url}


def sayso(*arguments: str, settings: dict[str, str]) -> str:
    """Run a `sayso` command and return its output.

    Raises subprocess.CalledProcessError with its error output.
    """
    done = subprocess.run(
        [SAYSO, *arguments],
        env=settings,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # only this process handles Ctrl-C
    )
    return done.stdout.strip()
