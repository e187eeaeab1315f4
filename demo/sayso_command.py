"""The `sayso` command of the environment that runs us."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SAYSO = str(Path(sys.executable).with_name("sayso"))


def server_settings(data_dir: Path, public_url: str) -> dict[str, str]:
    """The environment of the demo's server: an SQLite file in `data_dir`, whatever else is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    return {**kept, "SAYSO_DATA_DIR": str(data_dir), "SAYSO_PUBLIC_URL": public_url}


def sayso(*arguments: str, settings: dict[str, str]) -> str:
    """Run a command of Sayso and return what it prints.

    Raises subprocess.CalledProcessError with what it said.
    """
    done = subprocess.run(
        [SAYSO, *arguments],
        env=settings,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # a Ctrl-C is ours to handle
    )
    return done.stdout.strip()
